"""What speaks against registering a person: they asked to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from recompra.customers.identifiers import rg_key
from recompra.customers.register import match_key
from recompra.privacy.suppression import Told, anybody_erased, erased_people, is_erased


def warn(said: Mapping[str, str]) -> list[str]:
    """`said`: {field of the record: text}. A sentence where an erased person was told by the same."""
    if not anybody_erased():
        return []
    told = Told(
        cpf=said.get("cpf", ""),
        cnpj=said.get("cnpj", ""),
        email=said.get("email", ""),
        mobiles=(match_key("mobile", said["mobile"]),) if said.get("mobile") else (),
    )
    rg = rg_key(said.get("rg", ""))
    if not erased_people([told]).holds(told) and not (rg and is_erased("rg", rg)):
        return []
    return [
        _("This person asked to be erased (LGPD). Register them only if they came back of their own will.")
    ]
