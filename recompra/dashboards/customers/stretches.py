"""Weeks, fortnights and months as the address, the charts and the tables name them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.calendar import HALF
from recompra.theme.formats import dshort, english, month

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

GRAINS = {"mes": "month", "quinzena": "fortnight", "semana": "week"}
"""{word of the address: grain of `analytics.calendar`}."""
VIEWS: dict[str, StrPromise] = {
    "mes": gettext_lazy("by month"),
    "quinzena": gettext_lazy("by fortnight"),
    "semana": gettext_lazy("by week"),
}


def stretches(since: dt.date, until: dt.date, grain: str) -> list[dt.date]:
    """The first day of every stretch that the period touches."""
    found, day = [], first_day(since, grain)
    while day <= until:
        found.append(day)
        day = last_day(day, grain) + dt.timedelta(days=1)
    return found


def first_day(day: dt.date, grain: str) -> dt.date:
    """The first day of the stretch in which a day lies; as `analytics.calendar.starts_on`."""
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    return day.replace(day=HALF + 1 if grain == "fortnight" and day.day > HALF else 1)


def last_day(first: dt.date, grain: str) -> dt.date:
    """The last day of the stretch that begins on this one."""
    if grain == "week":
        return first + dt.timedelta(days=6)
    if grain == "fortnight" and first.day == 1:
        return first.replace(day=HALF)
    after = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return after - dt.timedelta(days=1)


def short(first: dt.date, grain: str) -> str:
    """For the axis of a chart: "nov/26", else "16/11"."""
    if grain == "month":
        return month(first)
    return f"{first:%d %b}" if english() else f"{first:%d/%m}"


def whole(first: dt.date, grain: str) -> str:
    """For a table: "nov/26", "01/11/2026 to 15/11/2026"."""
    if grain == "month":
        return month(first)
    return _("%(first)s to %(last)s") % {"first": dshort(first), "last": dshort(last_day(first, grain))}
