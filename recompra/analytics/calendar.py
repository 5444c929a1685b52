"""The stretches of time by which figures are added up."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

GRAINS = ("week", "fortnight", "month")
"""Weeks begin on Monday; a fortnight (*quinzena*) is the days 1 to 15 of a month, or 16 to its end."""

HALF = 15


def starts_on(day: ir.DateValue, grain: str) -> ir.DateValue:
    """The first day of the week, fortnight or month in which a day lies; ValueError for any other grain."""
    if grain not in GRAINS:
        raise ValueError(f"grain must be one of {', '.join(GRAINS)}, not {grain!r}")
    if grain == "week":
        return day.truncate("W").cast("date")
    month = day.truncate("M").cast("date")
    if grain == "month":
        return month
    return ibis.ifelse(day.day() <= HALF, month, (month + ibis.interval(days=HALF)).cast("date"))
