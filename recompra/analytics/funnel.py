"""How far the visitors of the shop's site come: from the first look to the purchase.

Stages by the names that GA4 gives to events (Google Analytics 4, recommended and automatically collected
events). Each counts distinct visitors who did it, whatever else they did: a shop whose analytics tells of no
searches has no data for a stage, not an empty one, so rates pass over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import ibis
import ibis.expr.types as ir

from recompra.analytics.portable import share

STAGES: dict[str, tuple[str, ...]] = {
    "attraction": ("first_visit", "session_start", "page_view"),
    "interest": ("view_item", "view_item_list", "select_item", "search", "view_search_results"),
    "decision": ("add_to_cart", "begin_checkout", "add_shipping_info", "add_payment_info"),
    "action": ("purchase",),
}
"""{stage: the events that show it}, in the order of the way."""


def funnel(
    visits: ir.Table,
    *,
    since: dt.date,
    until: dt.date,
    by: Sequence[str] = (),
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """How many visitors of the site, from `since` to `until`, reached each stage of a purchase.

    One row; with `by` (of source, medium, campaign) one for each of these, null where nothing was told, and
    none for what nobody came by. Columns: the columns of `by`; visitors (distinct browsers); attraction,
    interest, decision, action (visitors with an event of the stage); identified (visitors who signed in as a
    known customer); interest_rate, decision_rate, action_rate (of the visitors of the nearest stage before
    that has data, four decimals; null where the stage or all before it have none: a stage may be seen
    without the one before, so a rate may pass 1); conversion (action / visitors; null without action).
    `store_keys`: only visits of these stores.
    """
    inside = visits.filter(
        visits.occurred_on >= ibis.literal(since), visits.occurred_on <= ibis.literal(until)
    )
    if store_keys is not None:
        inside = inside.filter(inside.store_key.isin(sorted(store_keys)))
    each = inside.group_by(*by, "visitor_key").agg(
        known=inside.customer_key.count(),
        **{stage: inside.count(where=inside.event.isin(events)) for stage, events in STAGES.items()},
    )
    counted = each.aggregate(
        by=list(by),
        visitors=each.count().cast("int64"),
        identified=each.count(where=each.known > 0).cast("int64"),
        **{stage: each.count(where=each[stage] > 0).cast("int64") for stage in STAGES},
    )
    return counted.select(
        *by,
        "visitors",
        *STAGES,
        "identified",
        **{f"{stage}_rate": _of_before(counted, stage) for stage in list(STAGES)[1:]},
        conversion=share(counted.action.nullif(0), counted.visitors),
    )


def _of_before(counted: ir.Table, stage: str) -> ir.DecimalValue:
    """The visitors of a stage as a share of those of the nearest stage before it that has data."""
    names = list(STAGES)
    before = [counted[name].nullif(0) for name in reversed(names[: names.index(stage)])]
    return share(counted[stage].nullif(0), ibis.coalesce(*before))
