"""The five behaviours in words, with the person's own figures, and why a prediction is not shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recompra.predictions.cards.habits import Habits
from recompra.predictions.part import NOT_ENOUGH
from recompra.theme.formats import brl, days, num, pct

REGULAR = 0.5
"""Intervals whose standard deviation is at most half of their mean are called regular."""

BEHAVIOURS = {
    "recency": gettext_lazy("Last purchase"),
    "ticket": gettext_lazy("Average ticket"),
    "frequency": gettext_lazy("Frequency"),
    "growth": gettext_lazy("Growth"),
    "mix": gettext_lazy("Mix"),
}

REASONS = {
    NOT_ENOUGH: gettext_lazy("There is too little history yet: it needs more months of sales."),
}
"""{code of a `part.Record`: its sentence}."""
FALLBACKS = {
    "model_not_better": gettext_lazy(
        "Told by the rhythm of the purchases alone: in this shop the other behaviours did not tell more."
    ),
    "short_history": gettext_lazy(
        "Told by the rhythm of the purchases alone: the other behaviours need more months of sales."
    ),
}
"""{code of a `part.Record`: why the simpler model answers}."""
UNKNOWN = gettext_lazy("On the shop's own past it was not better than a simple rule, so it is not shown.")


def why(reason: str) -> str:
    """Why a prediction is not shown."""
    return str(REASONS.get(reason, UNKNOWN))


def fallback(reason: str) -> str:
    """Why the simpler model answers; "" for a code without words."""
    return str(FALLBACKS.get(reason, ""))


def sentence(behaviour: str, own: Habits) -> str:
    """What the customer did, for one of BEHAVIOURS."""
    return _TOLD[behaviour](own)


def _recency(own: Habits) -> str:
    since = days(own.recency_days)
    if own.recency_days == 0:
        return _today(own)
    if own.mean_days is None:
        return _("Bought on one day only, %(since)s ago.") % {"since": since}
    told = {"since": since, "usual": days(round(own.mean_days))}
    if own.recency_days > own.mean_days:
        return _("Has not bought for %(since)s; used to buy every %(usual)s.") % told
    return _("Bought %(since)s ago; buys every %(usual)s.") % told


def _today(own: Habits) -> str:
    if own.mean_days is None:
        return _("Bought on one day only, today.")
    return _("Bought today; buys every %(usual)s.") % {"usual": days(round(own.mean_days))}


def _ticket(own: Habits) -> str:
    if own.ticket is None:
        return _("Bought nothing in the last 12 months.")
    now = brl(own.ticket)
    if own.ticket_before is None:
        return _("%(now)s per order in the last 12 months.") % {"now": now}
    return _("%(now)s per order in the last 12 months; %(before)s in the 12 before.") % {
        "now": now,
        "before": brl(own.ticket_before),
    }


def _frequency(own: Habits) -> str:
    count = ngettext(
        "%(count)s purchase day in 12 months", "%(count)s purchase days in 12 months", own.purchase_days
    ) % {"count": num(own.purchase_days)}
    if own.intervals < 2 or own.mean_days is None or own.spread_days is None:
        return f"{count}."
    if own.spread_days <= REGULAR * own.mean_days:
        return _("%(count)s, at regular intervals.") % {"count": count}
    return _("%(count)s, at irregular intervals.") % {"count": count}


def _growth(own: Habits) -> str:
    if not own.spent and not own.spent_before:
        return _("Nothing in the last 90 days, nor in the 90 before.")
    return _("%(now)s in the last 90 days; %(before)s in the 90 before.") % {
        "now": brl(own.spent),
        "before": brl(own.spent_before),
    }


def _mix(own: Habits) -> str:
    if own.products:
        return ngettext(
            "%(count)s product in the last 12 months.",
            "%(count)s different products in the last 12 months.",
            own.products,
        ) % {"count": num(own.products)}
    return ngettext(
        "%(count)s unit in the last 12 months.", "%(count)s units in the last 12 months.", int(own.units)
    ) % {"count": num(own.units)}


def missed(accuracy: Mapping[str, Any] | None) -> str:
    """By how much the total of all customers was missed in the last window; "" where nobody knows."""
    if not accuracy or not accuracy.get("observed"):
        return ""
    off = accuracy["expected"] / accuracy["observed"] - 1
    if abs(off) < 0.005:
        return _("When last checked, the total predicted for all customers was right.")
    told = {"off": pct(abs(off), 0)}
    if off > 0:
        return _("When last checked, the total predicted for all customers was %(off)s too high.") % told
    return _("When last checked, the total predicted for all customers was %(off)s too low.") % told


_TOLD: dict[str, Callable[[Habits], str]] = {
    "recency": _recency,
    "ticket": _ticket,
    "frequency": _frequency,
    "growth": _growth,
    "mix": _mix,
}
