"""On which days of the past the risk model looks: what was known then, and who came back after."""

from __future__ import annotations

import datetime as dt

from recompra.analytics.churn.season import YEAR

SHORTEST = 28
"""Windows begin at least so many days apart: closer ones tell the same again."""
LEAST_HISTORY, THIRD = 90, 3
"""Days of sales before a cut, of a short history a third of it, and at least a horizon: a window before which
little was known teaches more than none."""


def cuts(as_of: dt.date, since: dt.date, horizon_days: int) -> list[dt.date]:
    """The days after which a window of `horizon_days` is complete by `as_of`, newest first.

    The newest window ends on `as_of`; before it they begin in equal steps that divide the year and are not
    shorter than the horizon, over a year and one step; with them the window that began a year before the one
    that is to be told. Each has `since` (the first sale) at least 90 days, or a third of the history, and one
    horizon before it.
    """
    parts = max(1, YEAR // max(horizon_days, SHORTEST))
    step = YEAR / parts if horizon_days <= YEAR else float(horizon_days)
    newest = as_of - dt.timedelta(days=horizon_days)
    found = {newest - dt.timedelta(days=round(number * step)) for number in range(parts + 2)}
    if horizon_days < YEAR:
        found.add(as_of - dt.timedelta(days=YEAR))
    least = min(LEAST_HISTORY, (as_of - since).days // THIRD)
    earliest = since + dt.timedelta(days=max(horizon_days, least))
    return sorted((day for day in found if day >= earliest), reverse=True)
