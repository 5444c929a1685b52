"""The people behind the dashboard's figures, as tables with a `customer_key`, each person once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.calendar import starts_on
from recompra.analytics.funnel import STAGES
from recompra.analytics.standing import identified
from recompra.dashboards.customers.asked import Asked
from recompra.warehouse.schema import visits


def everybody(asked: Asked) -> ir.Table:
    """The people found, of the stores chosen or of none yet."""
    found = asked.found()
    if asked.stores is None:
        return found.select("customer_key")
    keys = sorted(asked.stores)
    return found.filter(found.store_key.isin(keys) | found.store_key.isnull()).select("customer_key")


def of_segment(asked: Asked, code: str) -> ir.Table:
    """Those of one RFM segment; "": who never bought."""
    found = asked.found()
    chosen = found.segment.isnull() if not code else found.segment == code
    return found.filter(chosen).semi_join(everybody(asked), "customer_key").select("customer_key")


def of_tier(asked: Asked, programme: str, tier: str | None) -> ir.Table:
    """The members of one tier of a loyalty programme; None: members without a tier."""
    found = asked.found()
    chosen = found.loyalty_tier.isnull() if tier is None else found.loyalty_tier == tier
    rows = found.filter(found.loyalty_program == programme, chosen)
    return rows.semi_join(everybody(asked), "customer_key").select("customer_key")


def sales(
    asked: Asked,
    *,
    stores: Iterable[int] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> ir.Table:
    """The sales of identified people that the figures count: of the period, or of a part of it; in the stores
    chosen, or in some of them."""  # fmt: skip
    orders = asked.orders()
    return orders.filter(
        *identified(
            orders,
            since=max(asked.since, since) if since else asked.since,
            until=min(asked.until, until) if until else asked.until,
            store_keys=asked.stores if stores is None else stores,
            among=asked.among(),
        ),
        orders.kind == "sale",
    )


def buyers(rows: ir.Table) -> ir.Table:
    """Who bought in these sales."""
    return rows.select("customer_key").distinct()


def first_ever(asked: Asked, grain: str, first_on: dt.date) -> ir.Table:
    """Whose first purchase ever, in the stores chosen, lies in the stretch that begins on this day."""
    orders = asked.orders()
    ever = orders.filter(
        *identified(orders, until=asked.until, store_keys=asked.stores, among=asked.among()),
        orders.kind == "sale",
    )
    firsts = ever.group_by("customer_key").agg(first_on=ever.ordered_on.min())
    stretch = starts_on(firsts.first_on, grain)
    return firsts.filter(
        firsts.first_on >= ibis.literal(asked.since), stretch == ibis.literal(first_on)
    ).select("customer_key")


def by_times(rows: ir.Table, least: int, most: int | None) -> ir.Table:
    """Who bought on so many different days in these sales."""
    each = rows.group_by("customer_key").agg(times=rows.ordered_on.nunique())
    inside = each.times >= least
    if most is not None:
        inside &= each.times <= most
    return each.filter(inside).select("customer_key")


def visitors(asked: Asked, stage: str = "", *, by: tuple[str, str | None] | None = None) -> ir.Table:
    """Who signed in among the visitors of the period: those who reached this stage of `funnel.STAGES` ("":
    any). `by`: of one source, medium or campaign (column, value; None where it was not told)."""
    inside = visits.filter(
        visits.occurred_on >= ibis.literal(asked.since), visits.occurred_on <= ibis.literal(asked.until)
    )
    if asked.stores is not None:
        inside = inside.filter(inside.store_key.isin(sorted(asked.stores)))
    if by is not None:
        came, value = inside[by[0]], by[1]
        inside = inside.filter(came.isnull() if value is None else came == value)
    if stage:
        there = inside.filter(inside.event.isin(STAGES[stage]))
        inside = inside.filter(inside.visitor_key.isin(there.visitor_key))
    return inside.filter(inside.customer_key.notnull()).select("customer_key").distinct()


def stopped(asked: Asked) -> ir.Table:
    """Those who had something in the cart, or began to pay, and did not buy."""
    near, bought = visitors(asked, "decision"), visitors(asked, "action")
    return near.filter(near.customer_key.notin(bought.customer_key))
