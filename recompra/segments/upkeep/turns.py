"""Who entered and who left a segment: found where the bits differ, written with day and reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter, or_
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from recompra.segments.upkeep.fitting import BITS, Places, kept
from recompra.warehouse.contract import Draft
from recompra.warehouse.schema import members, moves, people

KEPT_DAYS = 396
"""How long a move is kept: thirteen months, so that a month can be held against that of last year."""
MANY = 1_000_000
SALES = ("orders", "ltv", "last_on")
_turned = ibis.table({"segment_id": "int64", "customer_key": "int64", "entered": "boolean"}, name="turned")
_touched = ibis.table({"customer_key": "int64"}, name="touched")
_before = ibis.table({name: people.schema()[name] for name in ("customer_key", *SALES)}, name="before")


class Turned(NamedTuple):
    """How many entered and left a segment."""

    entered: int
    left: int


@dataclass(frozen=True)
class Moment:
    """When a refresh looks. `reason`: what moved whom no purchase and no record moved."""

    at: dt.datetime
    as_of: dt.date
    reason: str

    @property
    def instant(self) -> ir.TimestampScalar:
        """As the facts keep it."""
        return _instant(self.at)


def settle(draft: Draft, fits: ir.Table, places: Places, only: ir.Table | None) -> dict[int, Turned]:
    """Find who fits and is not kept, or is kept and does not fit: held as `turned`, counted per segment.

    `fits`: see `fitting.fitting`. `only`: the customers looked at, None for everybody.
    """
    where = places.table(draft)
    both = fits.outer_join(kept(places, where, only), "customer_key")
    now = {word: both[f"fits_{word}"].fill_null(0) for word in places.words}
    was = {word: both[f"kept_{word}"].fill_null(0) for word in places.words}
    differing = both.select(
        customer_key=ibis.coalesce(both.customer_key, both.customer_key_right),
        **{f"came_{word}": now[word] & ~was[word] for word in places.words},
        **{f"went_{word}": was[word] & ~now[word] for word in places.words},
    )
    differs = reduce(or_, (differing[name] != 0 for name in differing.columns[1:]))
    changed = draft.hold(differing.filter(differs).order_by("customer_key"), "changed")
    pairs = changed.cross_join(where)
    came, went = (
        ibis.cases(*((pairs.word == word, pairs[f"{name}_{word}"]) for word in places.words), else_=0)
        for name in ("came", "went")
    )
    turned = pairs.filter(((came | went) & pairs.bit) != 0).select(
        "segment_id", "customer_key", entered=(came & pairs.bit) != 0
    )
    draft.hold(turned, "turned")
    counted = _turned.group_by("segment_id").agg(
        entered=_turned.count(where=_turned.entered), left=_turned.count(where=~_turned.entered)
    )
    return {row["segment_id"]: Turned(row["entered"], row["left"]) for row in draft.rows(counted)}


def write_members(draft: Draft, as_of: dt.date, turned: Mapping[int, Turned], places: Places) -> None:
    """Bring `turned` into `members`. Where many entered, one segment after the other, from `changed`, which
    is in the order of the keys: to sort them all would take longer than to write them."""
    draft.remove("members", _turned.filter(~_turned.entered).select("segment_id", "customer_key"))
    since = ibis.literal(as_of)
    if sum(one.entered for one in turned.values()) < MANY:
        came = _turned.filter(_turned.entered)
        draft.add("members", came.select("segment_id", "customer_key", since=since))
        return
    changed = ibis.table(
        {"customer_key": "int64", **{f"came_{word}": "int64" for word in places.words}}, name="changed"
    )

    def piece(place: int, segment: int) -> ir.Table:
        came = changed.filter((changed[f"came_{place // BITS}"] & (1 << place % BITS)) != 0)
        own = ibis.literal(segment, "int64")
        return came.select(segment_id=own, customer_key=came.customer_key, since=since)

    in_order = sorted(enumerate(places.segments), key=itemgetter(1))
    draft.add_in_order("members", (piece(place, segment) for place, segment in in_order))


def write_moves(draft: Draft, of: Iterable[int], moment: Moment) -> None:
    """Note who turned, of these segments, and why: a purchase or a return (`before`, held, is how sales
    stood), something in the record (the keys in `touched`, held), else what the moment brought."""
    noted = _turned.filter(_turned.segment_id.isin(sorted(of)))
    then = _before.select("customer_key", **{f"then_{name}": _before[name] for name in SALES})
    seen = noted.left_join(then, "customer_key").drop("customer_key_right")
    seen = seen.left_join(people.select("customer_key", *SALES), "customer_key")
    sold = reduce(or_, (~seen[name].identical_to(seen[f"then_{name}"]) for name in SALES))
    is_touched = seen.customer_key.isin(_touched.customer_key)
    draft.add(
        "moves",
        seen.select(
            "segment_id",
            "customer_key",
            "entered",
            moved_at=moment.instant,
            reason=ibis.cases((sold, "load"), (is_touched, "profile"), else_=moment.reason),
        ),
    )


def forget_old(draft: Draft, live: Iterable[int], moment: Moment) -> None:
    """Take away the members of segments that are put away, and moves of long ago."""
    gone = members.filter(members.segment_id.notin(sorted(live))) if live else members
    draft.remove("members", gone.select("segment_id").distinct())
    old = moves.filter(moves.moved_at < _instant(moment.at - dt.timedelta(days=KEPT_DAYS)))
    draft.remove("moves", old.select("segment_id", "customer_key", "moved_at").distinct())


def keys_table(keys: list[int]) -> pa.Table:
    """Keys as a table that a draft can hold."""
    return pa.table({"customer_key": pa.array(keys, pa.int64())})


def _instant(at: dt.datetime) -> ir.TimestampScalar:
    return ibis.literal(at.astimezone(dt.UTC).replace(tzinfo=None), "timestamp")
