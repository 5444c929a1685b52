"""Every metric as it is really asked. One that is missing here fails a test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from recompra.analytics.behaviours import behaviours
from recompra.analytics.business import business
from recompra.analytics.churn_features import churn_features, churn_sums, churn_sums_at
from recompra.analytics.churn_risk import Term, churn_risk
from recompra.analytics.cohorts import cohorts
from recompra.analytics.customer_frequency import customer_frequency, purchases_per_person
from recompra.analytics.customer_summary import customer_summary, preferred_stores, rfm_base
from recompra.analytics.due_calls import due_calls
from recompra.analytics.engagement import engagement
from recompra.analytics.found_value import found_value
from recompra.analytics.funnel import funnel
from recompra.analytics.further_products import (
    cross_sell,
    following_products,
    together_products,
    up_sell,
)
from recompra.analytics.identified_sales import identified_sales
from recompra.analytics.list_hits import list_hits, next_baskets, next_products
from recompra.analytics.lists.ranker import FEATURES
from recompra.analytics.most_bought import most_bought
from recompra.analytics.new_products import new_products
from recompra.analytics.next_pairs import next_pairs, pairs_to_compare
from recompra.analytics.next_purchase import (
    interval_forecasts,
    interval_pool,
    next_purchase,
    purchase_intervals,
)
from recompra.analytics.own_products import due_products, personal_products
from recompra.analytics.people_found import people_found
from recompra.analytics.period_figures import period_figures, typical_customer
from recompra.analytics.popular_products import popular_products
from recompra.analytics.product_figures import (
    product_figures,
    product_sales,
    repeat_intervals,
)
from recompra.analytics.product_pairs import group_pairs, product_pairs
from recompra.analytics.purchase_history import purchase_groups, purchase_history, spend_groups
from recompra.analytics.ranked_products import ranked_products
from recompra.analytics.rfm import Cuts, edges, rfm
from recompra.analytics.rfm_backtest import rfm_backtest
from recompra.analytics.rfm_migration import rfm_migration, rfm_moves
from recompra.analytics.sales_totals import sales_totals
from recompra.analytics.second_purchase import second_purchase
from recompra.analytics.segment_totals import segment_totals, store_totals
from recompra.analytics.store_returns import returned_people, store_returns
from recompra.analytics.taken import taken
from recompra.analytics.taken_visits import taken_visits
from recompra.analytics.tier_shares import tier_shares
from recompra.analytics.tried_lists import met_places, tried_lists
from recompra.warehouse.schema import (
    events,
    order_items,
    orders,
    people,
    predictions,
    products,
    scores,
    visits,
)
from tests.conformance.shop import AS_OF

CUTS = Cuts(
    (300, 120, 60, 20),
    (2, 3, 5, 10),
    (Decimal("10.05"), Decimal("333.35"), Decimal("900.00"), Decimal("1500.00")),
)
SINCE = AS_OF - dt.timedelta(days=365)
START = dt.date(2022, 1, 1)
INTERVALS = purchase_intervals(orders, as_of=AS_OF)
PREDICTED = scores.select(
    "customer_key",
    is_active=scores.recency_days < 400,
    churn_risk=(scores.recency_days * 0 + 3).sqrt() - 1,
    spend_365=scores.ltv,
    next_from=scores.last_on,
    next_until=scores.last_on,
)
NOTHING = predictions.filter(predictions.is_active)
SUMS = churn_sums(orders, order_items, as_of=AS_OF, one_in=1)
LEANT = churn_features(SUMS, usual_interval=3_912_345).mutate(
    logit_fresh=lambda t: t.repeats * -123_457, logit_silence=lambda t: t.silence_days * 7_919
)
TERMS = {
    "logit_fresh": Term("frequency", 0.87654321, -654_321),
    "logit_silence": Term("recency", 1.012345678, 1_234_567),
    "decayed_120": Term("frequency", -0.31415926, 765_432),
    "ticket": Term("ticket", 0.0271828, 5_123_456, 3_000_000, 6_000_000),
    "growth": Term("growth", -0.05, 0, -693_147, 693_147),
    "units": Term("mix", -0.001, 1_386_294),
}
SOME = scores.filter(scores.purchase_days >= 2)
NOBODY_CAME = dt.date(2020, 1, 1)

STEPS: dict[str, ir.Table] = {}
"""What is held before any of `ASKED` is, in this order: metrics that others read, as where they are used."""


def held(name: str, expr: ir.Table) -> ir.Table:
    """Hold it under this name; how the rest reads it."""
    STEPS[name] = expr
    return ibis.table(expr.schema(), name=name)


TAKEN = held("step_taken", taken(order_items, as_of=AS_OF))
FIGURES = held(
    "step_figures",
    product_figures(
        TAKEN,
        product_sales(order_items, as_of=AS_OF),
        products,
        as_of=AS_OF,
        popular_days=90,
        typical_interval=60,
    ),
)
PAIRS = held("step_pairs", product_pairs(order_items, FIGURES, as_of=AS_OF))
FOLLOWING = held("step_following", next_pairs(TAKEN, FIGURES, as_of=AS_OF))
VISITED = held("step_visited", taken_visits(order_items, TAKEN, as_of=AS_OF))
WEIGHTS = [10_000 - 1_234 * place for place in range(len(FEATURES))]
GROUPS = held("step_groups", group_pairs(TAKEN, FIGURES))
FIGURES_EVER = product_figures(
    TAKEN,
    product_sales(order_items, as_of=AS_OF),
    products,
    as_of=AS_OF,
    typical_interval=60,
    popular_days=0,
    satisfaction_weight=100,
    novelty_days=30,
)
NEXT = held("step_next", next_baskets(order_items, after=SINCE, until=AS_OF))
LISTED = personal_products(TAKEN, FIGURES, as_of=AS_OF).mutate(option=ibis.literal("personal"))
HAD = held("step_had", taken(order_items, as_of=SINCE))
TRIED = held("step_tried", tried_lists(TAKEN, FIGURES, as_of=AS_OF))

ASKED: dict[str, Callable[[int], ir.Table]] = {
    "customer_summary": lambda who: customer_summary(orders, as_of=AS_OF),
    "customer_summary of a year in two stores": lambda who: customer_summary(
        orders, as_of=AS_OF, window_days=365, store_keys=[2, 2**60]
    ),
    "preferred_stores": lambda who: preferred_stores(orders, as_of=AS_OF),
    "rfm_base": lambda who: rfm_base(orders, as_of=AS_OF, window_days=90),
    "edges": lambda who: edges(rfm_base(orders, as_of=AS_OF)),
    "rfm": lambda who: rfm(customer_summary(orders, as_of=AS_OF), CUTS),
    "rfm_moves": lambda who: rfm_moves(orders, since=SINCE, until=AS_OF, cuts=CUTS),
    "rfm_moves of a year in a store": lambda who: rfm_moves(
        orders, since=SINCE, until=AS_OF, cuts=CUTS, window_days=365, store_keys=[2]
    ),
    "rfm_migration": lambda who: rfm_migration(orders, since=SINCE, until=AS_OF, cuts=CUTS),
    "rfm_migration of some since before the first sale": lambda who: rfm_migration(
        orders, since=NOBODY_CAME, until=AS_OF, cuts=CUTS, among=SOME
    ),
    "rfm_backtest": lambda who: rfm_backtest(orders, as_of=SINCE, cuts=CUTS),
    "rfm_backtest of some in a store": lambda who: rfm_backtest(
        orders, as_of=SINCE, days=30, cuts=CUTS, window_days=90, store_keys=[2], among=SOME
    ),
    "period_figures": lambda who: period_figures(orders, since=SINCE, until=AS_OF),
    "period_figures of all history in a store": lambda who: period_figures(
        orders, until=AS_OF, store_keys=[2]
    ),
    "typical_customer": lambda who: typical_customer(period_figures(orders, since=SINCE, until=AS_OF)),
    "engagement": lambda who: engagement(events, as_of=AS_OF),
    "engagement of a month": lambda who: engagement(events, as_of=SINCE, days=30),
    "funnel": lambda who: funnel(visits, since=SINCE, until=AS_OF),
    "funnel by source and medium of a store": lambda who: funnel(
        visits, since=SINCE, until=AS_OF, by=("source", "medium"), store_keys=[2]
    ),
    "funnel of a day on which nobody came": lambda who: funnel(visits, since=NOBODY_CAME, until=NOBODY_CAME),
    "most_bought": lambda who: most_bought(order_items, products, who, until=AS_OF),
    "most_bought of a year in two stores": lambda who: most_bought(
        order_items, products, who, since=SINCE, until=AS_OF, store_keys=[1, 2**60]
    ),
    "popular_products": lambda who: popular_products(order_items, products, as_of=AS_OF),
    "popular_products of a store": lambda who: popular_products(
        order_items, products, as_of=AS_OF, days=400, limit=1, store_keys=[2]
    ),
    "sales_totals": lambda who: sales_totals(orders, since=SINCE, until=AS_OF),
    "segment_totals": lambda who: segment_totals(scores),
    "segment_totals of a store": lambda who: segment_totals(scores, [2]),
    "store_totals": lambda who: store_totals(scores),
    "identified_sales": lambda who: identified_sales(orders, since=SINCE, until=AS_OF),
    "identified_sales by week in a store": lambda who: identified_sales(
        orders, since=SINCE, until=AS_OF, grain="week", store_keys=[2]
    ),
    "identified_sales of some": lambda who: identified_sales(orders, since=SINCE, until=AS_OF, among=SOME),
    "people_found": lambda who: people_found(people),
    "people_found of a store": lambda who: people_found(people, store_keys=[2]),
    "tier_shares": lambda who: tier_shares(people),
    "tier_shares of two stores": lambda who: tier_shares(people, store_keys=[2, 2**60]),
    "customer_frequency": lambda who: customer_frequency(orders, since=SINCE, until=AS_OF),
    "customer_frequency by week of some": lambda who: customer_frequency(
        orders, since=SINCE, until=AS_OF, grain="week", among=SOME
    ),
    "customer_frequency by fortnight in a store": lambda who: customer_frequency(
        orders, since=SINCE, until=AS_OF, grain="fortnight", store_keys=[2]
    ),
    "purchases_per_person": lambda who: purchases_per_person(orders, since=SINCE, until=AS_OF),
    "purchases_per_person of some in a store": lambda who: purchases_per_person(
        orders, since=SINCE, until=AS_OF, store_keys=[2], among=SOME
    ),
    "found_value": lambda who: found_value(orders, SOME, since=SINCE, until=AS_OF),
    "found_value of nothing": lambda who: found_value(orders, SOME, since=SINCE, until=AS_OF, store_keys=[]),
    "store_returns": lambda who: store_returns(orders, since=SINCE, until=AS_OF, as_of=AS_OF),
    "store_returns by return": lambda who: store_returns(
        orders, since=SINCE, until=AS_OF, as_of=AS_OF, by="return", within_days=30, among=SOME
    ),
    "returned_people": lambda who: returned_people(orders, since=SINCE, until=AS_OF, as_of=AS_OF),
    "returned_people of a store by return": lambda who: returned_people(
        orders, since=SINCE, until=AS_OF, as_of=AS_OF, by="return", of_stores=[2]
    ),
    "second_purchase": lambda who: second_purchase(orders, since=START, until=AS_OF, as_of=AS_OF),
    "second_purchase of some in two stores": lambda who: second_purchase(
        orders, since=START, until=AS_OF, as_of=AS_OF, store_keys=[1, 2], among=SOME
    ),
    "cohorts": lambda who: cohorts(orders, since=START, until=AS_OF, as_of=AS_OF),
    "cohorts in the middle of a month": lambda who: cohorts(
        orders, since=START, until=AS_OF, as_of=AS_OF - dt.timedelta(days=10), store_keys=[1], among=SOME
    ),
    "due_calls": lambda who: due_calls(scores, PREDICTED, as_of=AS_OF, after_days=1),
    "due_calls on the very day": lambda who: due_calls(scores, NOTHING, as_of=AS_OF, after_days=0),
    "purchase_intervals": lambda who: INTERVALS,
    "purchase_intervals of a store": lambda who: purchase_intervals(orders, as_of=SINCE, store_keys=[2]),
    "interval_pool": lambda who: interval_pool(INTERVALS),
    "next_purchase": lambda who: next_purchase(INTERVALS, interval_pool(INTERVALS)),
    "next_purchase of a store": lambda who: next_purchase(
        purchase_intervals(orders, as_of=AS_OF, store_keys=[1]), interval_pool(INTERVALS)
    ),
    "interval_forecasts": lambda who: interval_forecasts(
        INTERVALS, interval_pool(INTERVALS.filter(INTERVALS.ordered_on < SINCE))
    ),
    "behaviours": lambda who: behaviours(orders, order_items, products, as_of=AS_OF),
    "behaviours of a store": lambda who: behaviours(
        orders, order_items, products, as_of=SINCE, store_keys=[2]
    ),
    "churn_sums": lambda who: SUMS,
    "churn_sums of one in three of two stores": lambda who: churn_sums(
        orders, order_items, as_of=SINCE, one_in=3, store_keys=[1, 2]
    ),
    "churn_sums_at": lambda who: churn_sums_at(
        orders,
        order_items,
        ibis.union(orders.agg(as_of=orders.ordered_on.max()), scores.agg(as_of=scores.last_on.min())),
    ),
    "churn_features": lambda who: churn_features(SUMS, usual_interval=3_912_345),
    "churn_risk": lambda who: churn_risk(LEANT, base=0.123456789, terms=TERMS, active_days=180),
    "purchase_history": lambda who: purchase_history(orders, as_of=AS_OF, store_keys=None),
    "purchase_history of a store": lambda who: purchase_history(orders, as_of=AS_OF, store_keys=[2]),
    "purchase_groups": lambda who: purchase_groups(purchase_history(orders, as_of=AS_OF, store_keys=None)),
    "spend_groups": lambda who: spend_groups(purchase_history(orders, as_of=AS_OF, store_keys=None)),
    "business": lambda who: business(orders, since=SINCE, until=AS_OF),
    "business of some in a store": lambda who: business(
        orders, since=SINCE, until=AS_OF, store_keys=[2], among=SOME
    ),
    "taken": lambda who: STEPS["step_taken"],
    "taken by one in a store": lambda who: taken(order_items, as_of=AS_OF, customer_key=who, store_keys=[2]),
    "taken by some": lambda who: taken(order_items, as_of=SINCE, among=SOME),
    "product_sales": lambda who: product_sales(order_items, as_of=AS_OF, store_keys=[1, 2]),
    "repeat_intervals": lambda who: repeat_intervals(TAKEN),
    "product_figures": lambda who: STEPS["step_figures"],
    "product_pairs": lambda who: STEPS["step_pairs"],
    "group_pairs": lambda who: STEPS["step_groups"],
    "new_products": lambda who: new_products(TAKEN, FIGURES, by="popular"),
    "new_products by satisfaction": lambda who: new_products(TAKEN, FIGURES, by="satisfaction", limit=2),
    "new_products by novelty": lambda who: new_products(TAKEN, FIGURES, by="novelty", among=scores),
    "personal_products": lambda who: personal_products(TAKEN, FIGURES, as_of=AS_OF),
    "personal_products without fading": lambda who: personal_products(
        TAKEN, FIGURES, as_of=AS_OF, memory=0, among=scores, limit=3
    ),
    "due_products": lambda who: due_products(TAKEN, FIGURES, as_of=AS_OF),
    "together_products": lambda who: together_products(TAKEN, FIGURES, PAIRS, among=SOME),
    "following_products": lambda who: following_products(TAKEN, FIGURES, FOLLOWING),
    "next_pairs": lambda who: STEPS["step_following"],
    "next_pairs of a year": lambda who: next_pairs(TAKEN, FIGURES, as_of=AS_OF, next_days=365),
    "pairs_to_compare": lambda who: pairs_to_compare(TAKEN),
    "taken_visits": lambda who: STEPS["step_visited"],
    "ranked_products": lambda who: ranked_products(
        VISITED, FIGURES, PAIRS, FOLLOWING, as_of=AS_OF, weights=WEIGHTS
    ),
    "ranked_products of some": lambda who: ranked_products(
        VISITED, FIGURES, PAIRS, FOLLOWING, as_of=AS_OF, weights=WEIGHTS, memory=30, among=scores, limit=3
    ),
    "up_sell": lambda who: up_sell(TAKEN, FIGURES),
    "cross_sell": lambda who: cross_sell(TAKEN, FIGURES, GROUPS),
    "next_baskets": lambda who: STEPS["step_next"],
    "product_figures of all days": lambda who: FIGURES_EVER,
    "next_products": lambda who: next_products(order_items, after=SINCE, until=AS_OF),
    "list_hits": lambda who: list_hits(NEXT, LISTED, options=["personal", "none"]),
    "tried_lists": lambda who: STEPS["step_tried"],
    "met_places": lambda who: met_places(NEXT, HAD, TRIED),
}
