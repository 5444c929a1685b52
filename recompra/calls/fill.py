"""The list brought up to date: whose rhythm ran out, who came back by themselves or not, who is past it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from recompra.accounts.models import Store
from recompra.analytics.due_calls import due_calls, is_within_reach
from recompra.calls.models import Call, CallRefresh
from recompra.customers.identity.unseen import apart_ids, merged_ids, people_orders
from recompra.customers.keys import keys_of, owners_between
from recompra.customers.xray.remarketing import after_days
from recompra.warehouse.engine import Engine, engine
from recompra.warehouse.schema import predictions, scores
from recompra.work.lease import Later, Lease

CHUNK = 2_000
TURN_SECONDS = 2
COMING = gettext_noop("looking who came back")
LISTING = gettext_noop("looking whose time it is")
FIGURES = (
    "store_id", "usual_days", "due_on", "next_from", "next_until", "churn_risk", "stake", "is_forecast",
)  # fmt: skip


def perform(row: CallRefresh, lease: Lease) -> None:
    """Bring the list up to date. A second run writes only what the first left."""
    if CallRefresh.objects.filter(status=CallRefresh.Status.RUNNING, pk__lt=row.pk).exists():
        raise Later(TURN_SECONDS)
    facts = engine(settings.WAREHOUSE_URL)
    version = facts.version()
    if not version:
        return
    filling = Filling(facts, lease, timezone.localdate(), after_days())
    row.came_back += filling.close_won()
    row.listed += filling.list_due()
    row.lapsed += filling.let_go()
    row.as_of, row.after_days, row.version = filling.today, filling.after_days, version
    row.save()


@dataclass
class Filling:
    """One turn. `due`: who is due, {customer id: last purchase}, once they were looked for."""

    facts: Engine
    lease: Lease
    today: dt.date
    after_days: int

    def __post_init__(self) -> None:
        self.due: dict[int, dt.date] = {}

    def close_won(self) -> int:
        """Close the calls of people who bought since, with the day on which they first did."""
        self.lease.progress(0, 0, COMING)
        count = 0
        for calls in _in_chunks(Call.objects.filter(status__in=Call.LIVE)):
            back = self._came_back(calls)
            with self.lease.step():
                for call in calls:
                    if day := back.get(call.pk):
                        call.status, call.back_on, call.closed_on = Call.Status.WON, day, self.today
                        call.save(update_fields=["status", "back_on", "closed_on"])
                        count += 1
        return count

    def _came_back(self, calls: list[Call]) -> dict[int, dt.date]:
        """{call: the first purchase day after the one it is about}."""
        keys = keys_of([call.customer_id for call in calls])
        known = [call for call in calls if call.customer_id in keys]
        asked = pa.table(
            {
                "call": pa.array([call.pk for call in known], pa.int64()),
                "customer_key": pa.array([keys[call.customer_id] for call in known], pa.int64()),
                "after": pa.array([call.last_on for call in known], pa.date32()),
            }
        )
        with self.facts.desk() as desk:
            held = desk.hold(asked, "calls_asked")
            return {row["call"]: row["on"] for row in desk.rows(_first_since(held, self.today))}

    def list_due(self) -> int:
        """A row for everybody whose rhythm ran out and who has none about this purchase yet; fresh figures
        for the others. How many are new."""
        stores = frozenset(Store.objects.values_list("pk", flat=True))
        unseen = merged_ids() | apart_ids()
        found = due_calls(scores, predictions, as_of=self.today, after_days=self.after_days)
        total = self.facts.rows(found.agg(n=found.count()))[0]["n"]
        done = new = 0
        last = -1
        for rows in self._rows(found):
            with self.lease.step():
                owners = owners_between(last, rows[-1]["customer_key"])
                told = [_call(owners[row["customer_key"]], row, stores, self.today) for row in rows
                        if owners.get(row["customer_key"], 0) not in unseen | {0}]  # fmt: skip
                new += _write(told)
            self.due |= {call.customer_id: call.last_on for call in told}
            last, done = rows[-1]["customer_key"], done + len(rows)
            self.lease.progress(done, total, LISTING)
        return new

    def _rows(self, found: ir.Table) -> Iterator[list[dict[str, Any]]]:
        for batch in self.facts.batches(found.order_by("customer_key"), rows=CHUNK):
            for start in range(0, batch.num_rows, CHUNK):
                yield batch.slice(start, CHUNK).to_pylist()

    def let_go(self) -> int:
        """Close the calls of people whose time to be called is over; those that nobody touched and that are
        not due by the rule of today go without a trace, so that they may come again. How many were closed."""
        count = 0
        for calls in _in_chunks(Call.objects.filter(status__in=Call.LIVE)):
            with self.lease.step():
                over = [call for call in calls if self.due.get(call.customer_id) != call.last_on]
                early = {call.pk for call in over if call.status == Call.Status.OPEN and self._is_early(call)}
                untouched = Q(pk__in=early, acts=None, seller=None)
                Call.objects.filter(pk__in=Call.objects.filter(untouched).values("pk")).delete()
                ended = Call.objects.filter(pk__in=[call.pk for call in over], status__in=Call.LIVE)
                count += ended.update(status=Call.Status.LAPSED, closed_on=self.today)
        return count

    def _is_early(self, call: Call) -> bool:
        return is_within_reach((self.today - call.last_on).days, call.usual_days)


def _first_since(asked: ir.Table, today: dt.date) -> ir.Table:
    orders = people_orders()
    sales = orders.filter(
        ~orders.is_cancelled, orders.kind == "sale", orders.ordered_on <= ibis.literal(today)
    )
    both = asked.join(sales, "customer_key")
    since = both.filter(both.ordered_on > both.after)
    return since.group_by("call").agg(on=since.ordered_on.min())


def _in_chunks(found: Any) -> Iterator[list[Call]]:
    last = 0
    while calls := list(found.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield calls
        last = calls[-1].pk


def _call(customer_id: int, row: dict[str, Any], stores: frozenset[int], today: dt.date) -> Call:
    return Call(
        customer_id=customer_id,
        last_on=row["last_on"],
        store_id=row["store_key"] if row["store_key"] in stores else None,
        usual_days=row["usual_days"],
        due_on=row["last_on"] + dt.timedelta(days=row["usual_days"]),
        next_from=row["next_from"],
        next_until=row["next_until"],
        churn_risk=row["churn_risk"],
        stake=row["stake"],
        is_forecast=row["is_forecast"],
        listed_on=today,
    )


def _write(calls: list[Call]) -> int:
    """Insert those that are new, update the live ones whose figures changed, and wake those whose day came;
    how many are new."""
    held = {
        (one.customer_id, one.last_on): one
        for one in Call.objects.filter(customer__in=[call.customer_id for call in calls])
    }
    fresh = [call for call in calls if (call.customer_id, call.last_on) not in held]
    Call.objects.bulk_create(fresh, ignore_conflicts=True)
    changed = []
    for call in calls:
        known = held.get((call.customer_id, call.last_on))
        if known is not None and known.is_live and _renew(known, call):
            changed.append(known)
    Call.objects.bulk_update(changed, [*FIGURES[1:], "store", "status", "until"], batch_size=200)
    return len(fresh)


def _renew(known: Call, fresh: Call) -> bool:
    """Bring a kept call up to date; whether that changed anything."""
    before = [getattr(known, name) for name in (*FIGURES, "status")]
    for name in FIGURES:
        setattr(known, name, getattr(fresh, name))
    if known.until is not None and known.until <= fresh.listed_on:
        known.status, known.until = Call.Status.OPEN, None
    return before != [getattr(known, name) for name in (*FIGURES, "status")]
