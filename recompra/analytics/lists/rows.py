"""One row of a list of recommendations: the same columns in every list, so that lists can be joined to one.

Columns: customer_key; place (from 1); product_key; reason (a code, which says what the numbers mean);
because_key, because_group (of what the person has); people (customers), days, interval_days, times (days on
which the person bought it), share (four decimals). What a reason does not tell of is null.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

LIMIT = 10
TOLD = {
    "because_key": "int64",
    "because_group": "string",
    "people": "int64",
    "days": "int64",
    "interval_days": "int64",
    "times": "int64",
    "share": "decimal(9, 4)",
}
REASONS: dict[str, tuple[str, ...]] = {
    "popular": ("people", "days"),
    "satisfaction": ("share", "people"),
    "novelty": ("people", "days"),
    "again": ("times", "days"),
    "due": ("interval_days", "days", "times"),
    "together": ("because_key", "people"),
    "next": ("because_key", "people"),
    "up_sell": ("because_key", "people"),
    "cross_sell": ("because_group", "share", "people"),
}
"""What each reason tells. popular: so many people in so many days; satisfaction: of those people, this share
came back for it; novelty: so many people in the days since it came; again: bought on so many days, the last
one so many days ago; due: lasts so many days and was bought so many days ago; together: in so many sales with
the other one; next: so many people took it after the other one; up_sell: instead of the other one, so many
people lately; cross_sell: this share of the people of the group."""


def rows(
    found: ir.Table,
    reason: str,
    place: ir.IntegerValue,
    *,
    reason_of: ir.StringValue | None = None,
    more: tuple[str, ...] = (),
    score: ir.IntegerValue | None = None,
) -> ir.Table:
    """The rows of one list, from a table with customer_key, product_key and what the reason tells. Where rows
    have reasons of their own, `reason_of` is theirs, and they tell `more`. `score`: one more column, by which
    lists of different customers can be held against each other."""
    told = {
        name: (found[name] if name in (*REASONS[reason], *more) else ibis.null(kind)).cast(kind)
        for name, kind in TOLD.items()
    }
    scored = {} if score is None else {"score": score.cast("int64")}
    return found.select(
        "customer_key",
        place=place.cast("int64"),
        product_key="product_key",
        reason=ibis.literal(reason) if reason_of is None else reason_of,
        **told,
        **scored,
    )


def age(as_of: ir.DateValue, day: ir.DateValue) -> ir.IntegerValue:
    """Days from a day to another."""
    return as_of.delta(day, unit="day").cast("int64")


def top(found: ir.Table, reason: str, *, order: Sequence[str], limit: int) -> ir.Table:
    """The first `limit` rows of each customer by these columns ("-name": the largest first), then by the
    lower key of the product."""
    best = nth(found, (*order, "product_key"), "customer_key").filter(lambda t: t.nth < limit)
    return rows(best, reason, best.nth + 1)


def nth(found: ir.Table, order: Sequence[str], *groups: str) -> ir.Table:
    """With `nth`, the place from 0 within the groups, by these columns ("-name": the largest first)."""
    by = [found[name[1:]].desc() if name.startswith("-") else found[name] for name in order]
    window = ibis.window(group_by=[found[name] for name in groups], order_by=by)
    return found.mutate(nth=ibis.row_number().over(window))
