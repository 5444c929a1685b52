"""What the address asks of an analysis: two days, the stores and the people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import ibis
from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.identity.unseen import people_orders
from recompra.customers.scope import member
from recompra.dashboards.customers.answers import kept_until_published
from recompra.dashboards.customers.asked import DATES, LONGEST, Asked
from recompra.dashboards.customers.group import group_of
from recompra.dashboards.scope import scope_of
from recompra.theme.formats import dshort
from recompra.theme.refused import Refused
from recompra.theme.typed_days import day_of
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


@dataclass(frozen=True)
class AnalysisAsked(Asked):
    """`since` and `until` are the ends of two days, the first one before the second. A named stretch ends on
    the last day with a sale, so that silence of the file is not taken for silence of the customers."""

    usual: ClassVar[str] = USUAL


def asked_of(request: HttpRequest) -> AnalysisAsked:
    """What `?periodo=&de=&ate=&loja=&segmento=&por=` asks.

    Raises Refused, with a sentence, for days that make no stretch, and Http404 for a store or a segment that
    this person cannot see.
    """
    query, today = request.GET, timezone.localdate()
    code = query.get("periodo", "") or (DATES if query.get("de") or query.get("ate") else USUAL)
    if code not in STRETCHES:
        raise Http404
    last = last_day(engine(settings.WAREHOUSE_URL), today) or today
    typed = query.get("de", ""), query.get("ate", "")
    since, until = _chosen(*typed, today) if code == DATES and any(typed) else named(code, last)
    return AnalysisAsked(
        code=code,
        since=since,
        until=until,
        today=today,
        scope=scope_of(request),
        seen=member(request).store_scope(),
        group=group_of(query.get("segmento", "")),
        by=query.get("por", ""),
    )


def named(code: str, last: dt.date) -> tuple[dt.date, dt.date]:
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


def _chosen(since: str, until: str, today: dt.date) -> tuple[dt.date, dt.date]:
    first, second = day_of(since), day_of(until)
    if first is None or second is None:
        raise Refused(_("Give both days, the first and the second one."))
    if second <= first:
        raise Refused(_("The first day must lie before the second one."))
    if second > today:
        raise Refused(_("%(day)s is still to come: choose a day up to today.") % {"day": dshort(second)})
    if second - first > LONGEST:
        raise Refused(_("Choose days that are ten years apart at most."))
    return first, second
