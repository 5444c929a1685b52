"""The figures of a period as the page tells them: beside the period before, beside the base, how counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.xray.figures import Figures
from recompra.customers.xray.typical import Typical
from recompra.theme.formats import brl, dshort, num, pct

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Told = Callable[[Any], str]


@dataclass(frozen=True)
class Measure:
    """A figure with a number: `code` is an attribute of Figures; `good` is 1 where more is better, -1 where
    less is, 0 where neither."""

    code: str
    label: StrPromise
    told: Told
    how: StrPromise
    good: int = 0


def _days(value: Decimal) -> str:
    return _("%(n)s days") % {"n": num(value, 0 if value == value.to_integral_value() else 1)}


def _decimal(value: Decimal) -> str:
    return num(value, 0 if value == value.to_integral_value() else 2)


MEASURES = (
    Measure(
        "spent", gettext_lazy("Spend"), brl,
        gettext_lazy("What the orders come to after discounts, returns taken off; freight and cancelled "
                     "orders left out."), 1,
    ),
    Measure("orders", gettext_lazy("Orders"), num, gettext_lazy("Purchases; returns are not orders."), 1),
    Measure(
        "aov", gettext_lazy("Average order value"), brl,
        gettext_lazy("Value of the purchases divided by their number; returns do not change it."), 1,
    ),
    Measure(
        "items_per_order", gettext_lazy("Items per order"), _decimal,
        gettext_lazy("Units of the purchases divided by their number."), 1,
    ),
    Measure(
        "discount_share", gettext_lazy("Discount"), pct,
        gettext_lazy("Discounts of the purchases divided by their value before the discount."),
    ),
    Measure("returns", gettext_lazy("Returns"), num, gettext_lazy("How many returns there were."), -1),
    Measure(
        "returned", gettext_lazy("Value returned"), brl,
        gettext_lazy("What the returns come to; the share is of the value of the purchases in the period."),
        -1,
    ),
    Measure(
        "mean_interval_days", gettext_lazy("Mean interval"), _days,
        gettext_lazy("Days from the first to the last purchase of the period, divided by the number of "
                     "purchase days less one."), -1,
    ),
)  # fmt: skip
ON_TOP = ("spent", "orders", "aov")


@dataclass(frozen=True)
class Indicator:
    """One line. `change` is against the period before ("" where there is nothing to compare), `mood` its
    colour class; `median` is the base's ("" where nobody has the figure)."""

    code: str
    label: str
    value: str
    before: str
    change: str
    mood: str
    median: str
    how: str


def indicators(now: Figures, before: Figures | None, base: Typical) -> list[Indicator]:
    """Every measure, told. `before` None: there is no period before this one."""
    return [_told(measure, now, before, base.medians) for measure in MEASURES]


def _told(measure: Measure, now: Figures, before: Figures | None, base: Mapping[str, Decimal]) -> Indicator:
    value, earlier = getattr(now, measure.code), getattr(before, measure.code) if before else None
    change = _change(value, earlier)
    median = base.get(measure.code)
    return Indicator(
        code=measure.code,
        label=str(measure.label),
        value=_value(measure, now),
        before="" if before is None else measure.told(earlier) if earlier is not None else "–",
        change=_signed(change),
        mood=_mood(change, measure.good),
        median="" if median is None else measure.told(median),
        how=str(measure.how),
    )


def _value(measure: Measure, now: Figures) -> str:
    value = getattr(now, measure.code)
    if value is None:
        return "–"
    if measure.code == "returned" and value:
        return _("%(money)s (%(share)s)") % {"money": brl(value), "share": pct(now.returned_share)}
    if measure.code == "discount_share" and value:
        return _("%(share)s (%(money)s)") % {"money": brl(now.discount), "share": pct(value)}
    return measure.told(value)


def _change(value: Any, earlier: Any) -> Decimal | None:
    """By how much of the earlier value it grew; None where that means nothing."""
    if value is None or earlier is None or earlier <= 0 or value < 0:
        return None
    return Decimal(value) / Decimal(earlier) - 1


def _signed(change: Decimal | None) -> str:
    if change is None:
        return ""
    told = pct(change, 0)
    return f"+{told}" if round(change * 100) > 0 else told


def _mood(change: Decimal | None, good: int) -> str:
    if change is None or not good or not round(change * 100):
        return ""
    return "champ" if (change > 0) == (good > 0) else "risk"


def span_told(now: Figures) -> str:
    """First and last purchase of the period."""
    if now.first_on is None or now.last_on is None:
        return _("no purchase in the period")
    if now.first_on == now.last_on:
        return _("on %(day)s") % {"day": dshort(now.last_on)}
    return _("first %(first)s, last %(last)s") % {"first": dshort(now.first_on), "last": dshort(now.last_on)}
