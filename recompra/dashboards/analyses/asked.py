"""What the address asks of an analysis: two days, the stores and the people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import ibis
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.identity.unseen import people_orders
from recompra.dashboards.customers.answers import kept_until_published
from recompra.dashboards.customers.asked import DATES, LONGEST, Asked, Days, Stretches, read
from recompra.theme.formats import dshort
from recompra.theme.refused import Refused
from recompra.warehouse.engine import Engine, engine

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DAYS = {"30d": 30, "90d": 90, "180d": 180, "365d": 365}
STRETCHES: dict[str, StrPromise] = {
    "30d": gettext_lazy("30 days"),
    "90d": gettext_lazy("90 days"),
    "180d": gettext_lazy("180 days"),
    "365d": gettext_lazy("365 days"),
    DATES: gettext_lazy("Chosen dates"),
}
USUAL = "90d"
MISSING = gettext_lazy("Give both days, the first and the second one.")


@dataclass(frozen=True)
class AnalysisAsked(Asked):
    """`since` and `until` are the ends of two days, the first one before the second. A named stretch ends on
    the last day with a sale, so that silence of the file is not taken for silence of the customers."""

    usual: ClassVar[str] = USUAL


def asked_of(request: HttpRequest) -> AnalysisAsked:
    """What the address asks of an analysis, as `customers.asked.read` tells it."""
    return read(request, AnalysisAsked, Stretches(STRETCHES, _named, _check, MISSING))


def _named(code: str, today: dt.date) -> Days:
    return named(code, last_day(engine(settings.WAREHOUSE_URL), today) or today)


def named(code: str, last: dt.date) -> Days:
    """The two days of one of STRETCHES; dates that were not chosen yet are the usual ones."""
    return last - dt.timedelta(days=DAYS.get(code, DAYS[USUAL])), last


def last_day(facts: Engine, today: dt.date) -> dt.date | None:
    """The last day with a sale of people, no later than today: clocks of tills may run ahead."""

    def count() -> dict[str, list[dict[str, dt.date | None]]]:
        sales = people_orders()
        known = sales.filter(
            sales.ordered_on <= ibis.literal(today), ~sales.is_cancelled, sales.kind == "sale",
            sales.customer_key.notnull(),
        )  # fmt: skip
        return {"last": facts.rows(known.agg(day=known.ordered_on.max()))}

    found: dt.date | None = kept_until_published("last_day", (today,), count)["last"][0]["day"]
    return found


def _check(first: dt.date, second: dt.date, today: dt.date) -> None:
    if second <= first:
        raise Refused(_("The first day must lie before the second one."))
    if second > today:
        raise Refused(_("%(day)s is still to come: choose a day up to today.") % {"day": dshort(second)})
    if second - first > LONGEST:
        raise Refused(_("Choose days that are ten years apart at most."))
