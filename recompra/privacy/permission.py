"""May we? The one question that whatever leaves the house asks at the last moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.customers.models import ContactPoint, Customer
from recompra.privacy.blocks import standing_blocks
from recompra.privacy.models import Block

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FULL_AGE = 18
F = Block.Function
FORBIDS: dict[str, frozenset[str]] = {
    "contact": frozenset((F.MESSAGES, F.CAMPAIGNS)),  # a ready text is an offer too
    "campaign": frozenset((F.MESSAGES, F.CAMPAIGNS)),
    "loyalty": frozenset((F.LOYALTY,)),
    "giftback": frozenset((F.GIFTBACK,)),
}
"""Purpose to the blocked functions that forbid it."""
MARKETING = frozenset(("contact", "campaign"))
REACHED_BY = {
    "whatsapp": ContactPoint.Kind.MOBILE,
    "sms": ContactPoint.Kind.MOBILE,
    "email": ContactPoint.Kind.EMAIL,
}


@dataclass(frozen=True)
class Verdict:
    """The answer, and when it is no, the reason as a sentence for the staff."""

    allowed: bool
    reason: StrPromise | str = ""


YES = Verdict(allowed=True)


def may(customer: Customer, purpose: str, channel: str) -> Verdict:
    """Whether this person may be reached for the purpose ("contact", "campaign", "loyalty", "giftback") by
    the channel ("whatsapp", "sms", "email", or "" for none).

    The first reason against it counts: a block, the person's own no, under eighteen (marketing only: LGPD
    art. 14 and ECA Digital), no usable contact point. Raises KeyError for a purpose or channel nobody
    declared.
    """
    forbidding = FORBIDS[purpose]
    held = next((one for one in standing_blocks(customer) if one.function in forbidding), None)
    if held is not None:
        return _no(_("Blocked for %(function)s.") % {"function": held.get_function_display()})
    if purpose in MARKETING:
        if customer.accepts_contact is False:
            return _no(_("Asked not to be contacted."))
        if _is_minor(customer.birth_date, timezone.localdate()):
            return _no(_("Under 18: no marketing."))
    if channel and not customer.contact_points.filter(kind=REACHED_BY[channel]).exists():
        return _no(_("No valid e-mail.") if channel == "email" else _("No valid mobile number."))
    return YES


def _no(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def _is_minor(born: dt.date | None, today: dt.date) -> bool:
    """Of full age from the eighteenth birthday on; who was born on 29 February, on 1 March."""
    if born is None:
        return False
    return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) < FULL_AGE
