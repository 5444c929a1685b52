"""What speaks against registering a person: they asked to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from recompra.customers.identifiers import rg_key
from recompra.customers.record.register import match_key
from recompra.privacy.erasure.suppression import Told, anybody_erased, erased_people, is_erased
from recompra.privacy.models import Block, Erasure


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
    erasures = erased_people([told]).matching(told)
    if not erasures and not (rg and is_erased("rg", rg)):
        return []
    found = [
        _("This person asked to be erased (LGPD). Register them only if they came back of their own will.")
    ]
    return found + _blocks(erasures)


def _blocks(erasures: set[int]) -> list[str]:
    """The blocks that went with the record, to be set again: a block outlives an erasure."""
    receipts = Erasure.objects.filter(pk__in=erasures).values_list("receipt", flat=True)
    functions = sorted({code for receipt in receipts for code in receipt.get("blocked", [])})
    if not functions:
        return []
    names = ", ".join(str(Block.Function(code).label) for code in functions)
    return [
        _("When erased, this person was blocked for: %(functions)s. Block them again.") % {"functions": names}
    ]
