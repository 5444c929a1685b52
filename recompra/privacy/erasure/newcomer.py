"""What speaks against registering a person: they asked to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from recompra.customers.identifiers import rg_key
from recompra.customers.record.register import match_key
from recompra.privacy.erasure.kept_blocks import waiting
from recompra.privacy.erasure.suppression import Told, anybody_erased, erased_people, is_erased
from recompra.privacy.models import Block


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
    found = [
        _("This person asked to be erased (LGPD). Register them only if they came back of their own will.")
    ]
    return found + _blocks(told)


def _blocks(told: Told) -> list[str]:
    """Those that will be put on the new record."""
    functions = sorted(waiting({0: told}).get(0, {}))
    if not functions:
        return []
    names = ", ".join(str(Block.Function(code).label) for code in functions)
    return [
        _("When erased, this person was blocked for: %(functions)s. The blocks will hold again.")
        % {"functions": names}
    ]
