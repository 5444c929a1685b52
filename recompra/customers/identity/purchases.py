"""What merged records did follows them in the facts, and comes back when a merge is undone: purchases, visits
of the site, and what they did with messages.

It goes in as an ordinary batch: the same rows under the other key, so the archive of batches
still rebuilds everything. Killed at any point it is done again: what has moved is not found a second time.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recompra.customers import refresh
from recompra.customers.identity.turn import ask
from recompra.customers.keys import keys_of
from recompra.customers.models import Merge, MergeOrders
from recompra.theme.refused import Refused
from recompra.warehouse.engine import Engine, LoadBatch, NoRoom, WriterBusy, engine
from recompra.warehouse.load import KEYS
from recompra.warehouse.schema import TABLES, events, order_items, orders, visits
from recompra.work.lease import Later, Lease

MOVING = gettext_noop("moving the purchases")
TURN_SECONDS = 1.0
AT_ONCE = 200  # merges of a turn: their people's orders are held in memory
MOVED = (orders, order_items, visits, events)


@dataclass
class Plan:
    """Where rows belong: `by_row` {their key: customer_key} before `by_customer` {old key: new key}.
    Their key is the order's, the visit's or the event's: hashes of 63 bits, of which no two are the same.

    `holders`: every key under which they may stand now. `keys`: {merge id: key of the record that is gone}.
    """

    by_row: dict[int, int] = field(default_factory=dict)
    by_customer: dict[int, int] = field(default_factory=dict)
    holders: set[int] = field(default_factory=set)
    keys: dict[int, int] = field(default_factory=dict)


def perform(row: MergeOrders, lease: Lease) -> None:
    """Bring the facts up to date with the merges, then ask for everybody's scores."""
    if MergeOrders.objects.filter(status=MergeOrders.Status.RUNNING, pk__lt=row.pk).exists():
        raise Later(TURN_SECONDS)
    waiting = Merge.objects.filter(is_moving=True).select_related("kept").order_by("pk")
    merges = list(waiting[: AT_ONCE + 1])
    if not merges:
        return
    lease.progress(0, 0, MOVING)
    try:
        _apply(merges[:AT_ONCE], engine(settings.WAREHOUSE_URL), lease)
    except WriterBusy:
        raise Later(TURN_SECONDS) from None
    except NoRoom:
        raise Refused(_("The disk is full: the purchases were not moved. Free some space.")) from None
    with lease.step():
        for merge in merges[:AT_ONCE]:  # one that was undone meanwhile is moved again
            Merge.objects.filter(pk=merge.pk, undone_at=merge.undone_at).update(is_moving=False)
        refresh.request("merge")
        if len(merges) > AT_ONCE:
            ask()


def _apply(merges: list[Merge], facts: Engine, lease: Lease) -> None:
    version = facts.version()
    plan = _planned(merges)
    if not version or not plan.holders:
        return
    found = {table.get_name(): _placed(facts, table, plan) for table in MOVED}
    _note(merges, plan, [found[name] for name in found if name != "order_items"], lease)
    with tempfile.TemporaryDirectory(dir=_workshop()) as folder:
        batch = secrets.randbits(62) or 1
        files = {name: _file(rows, batch, Path(folder) / f"{name}.parquet") for name, rows in found.items()}
        if any(files.values()):
            facts.apply_all([LoadBatch(batch, **files)], upon=version)


def _planned(merges: list[Merge]) -> Plan:
    """What is to be done for these merges. One whose keys are torn moves nothing."""
    roots = {merge.pk: merge.kept.merged_into_id or merge.kept_id for merge in merges}
    keys = keys_of({*roots.values(), *(merge.gone_id for merge in merges)})
    plan = Plan()
    for merge in merges:
        new, old = keys.get(roots[merge.pk]), keys.get(merge.gone_id)
        if new is None or old is None:
            continue
        plan.keys[merge.pk] = old
        if merge.undone_at is None:
            plan.by_customer[old] = new
            plan.holders.add(old)
        else:
            plan.by_row |= dict.fromkeys(merge.order_keys, old)
            plan.holders.add(new)
    return plan


def _placed(facts: Engine, table: object, plan: Plan) -> pa.Table:
    """The rows that change hands, with `customer_key` as it is to be and `before` as it is."""
    known = TABLES[table.get_name()]  # type: ignore[attr-defined]
    rows = facts.run(known.filter(known.customer_key.isin(sorted(plan.holders))))
    before = rows.column("customer_key").to_pylist()
    own = rows.column(KEYS[known.get_name()][0]).to_pylist()
    after = [
        plan.by_row.get(row, plan.by_customer.get(key, key)) for row, key in zip(own, before, strict=True)
    ]
    place = rows.schema.get_field_index("customer_key")
    rows = rows.set_column(place, rows.schema.field(place), pa.array(after, pa.int64()))
    rows = rows.append_column("before", pa.array(before, pa.int64()))
    return rows.filter(pc.not_equal(rows.column("customer_key"), rows.column("before")))


def _note(merges: list[Merge], plan: Plan, moving: list[pa.Table], lease: Lease) -> None:
    """Remember which orders, visits and events were the other's, before they move."""
    theirs: dict[int, list[int]] = {}
    for table in moving:
        for row, before in zip(table.column(0).to_pylist(), table.column("before").to_pylist(), strict=True):
            theirs.setdefault(before, []).append(row)
    with lease.step():
        for merge in merges:
            if merge.undone_at is None and (fresh := theirs.get(plan.keys.get(merge.pk, -1))):
                listed = sorted({*merge.order_keys, *fresh})
                Merge.objects.filter(pk=merge.pk).update(order_keys=listed)


def _file(rows: pa.Table, batch: int, path: Path) -> Path | None:
    if not rows.num_rows:
        return None
    place = rows.schema.get_field_index("batch")
    stamped = rows.set_column(place, "batch", pa.array([batch] * rows.num_rows, pa.int64()))
    pq.write_table(stamped.drop_columns(["before"]), path)
    return path


def _workshop() -> Path:
    place = Path(settings.RECOMPRA_HOME) / "tmp"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place
