"""The months of a period beside the same months of the year before: the chart and its table."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recompra.customers.xray.period import MONTHS, Period
from recompra.customers.xray.purchases import Order, counted
from recompra.theme.charts import Bar, bars
from recompra.theme.formats import brl, month

MOST = 36


@dataclass(frozen=True)
class Month:
    """What came in net in a month of the period, and in the whole same month of the year before."""

    first: dt.date
    net: Decimal
    year_before: Decimal


def months(orders: Iterable[Order], period: Period) -> list[Month]:
    """Every month of the period, at most the last MOST, with zero where nothing was bought.

    A month that the period only holds a part of counts that part; but of the last 3, 6 or 12 months the one
    that the period enters in the middle is left out, so that there are so many bars.
    """
    own = [order for order in counted(orders) if period.store in (None, order.store)]
    within: dict[dt.date, Decimal] = defaultdict(Decimal)
    whole: dict[dt.date, Decimal] = defaultdict(Decimal)
    for order in own:
        whole[order.on.replace(day=1)] += order.net
        if period.holds(order.on):
            within[order.on.replace(day=1)] += order.net
    last = period.until.replace(day=1)
    start = period.since or min((order.on for order in own if order.on <= period.until), default=last)
    count = min(_between(start, last) + 1, MONTHS.get(period.code, MOST))
    firsts = [_shifted(last, back) for back in range(count - 1, -1, -1)]
    zero = Decimal(0)
    return [Month(day, within.get(day, zero), whole.get(_shifted(day, 12), zero)) for day in firsts]


def drawn(found: list[Month]) -> SafeString:
    """Two bars a month: this year's, and on its left the year before's, lighter."""
    data = [
        Bar(
            month(each.first),
            each.net,
            _("%(month)s: %(net)s; a year before: %(past)s")
            % {"month": month(each.first), "net": brl(each.net), "past": brl(each.year_before)},
            each.year_before,
        )
        for each in found
    ]
    return bars(
        _("Purchases per month"),
        _("Net spend in R$; the lighter bars are the same months of the year before."),
        data,
    )


def told(found: list[Month]) -> list[tuple[str, str, str]]:
    """The chart's figures as text."""
    return [(month(each.first), brl(each.net), brl(each.year_before)) for each in found]


def _shifted(first: dt.date, back: int) -> dt.date:
    place = max(first.year * 12 + first.month - 1 - back, 12)
    return dt.date(place // 12, place % 12 + 1, 1)


def _between(start: dt.date, last: dt.date) -> int:
    return (last.year - start.year) * 12 + last.month - start.month
