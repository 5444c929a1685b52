"""What goes with a person's products: bought together with them, a step above, from a group they lack."""

from __future__ import annotations

import ibis.expr.types as ir

from recompra.analytics.lists.latest import LATEST, latest
from recompra.analytics.lists.rows import LIMIT, nth, top


def together_products(
    taken: ir.Table,
    product_figures: ir.Table,
    product_pairs: ir.Table,
    *,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What others buy together with the ten products that a customer bought last, and the customer lacks.

    By the sum of the pairs' scores over those ten; the reason names the one that goes with it best. Columns:
    customer_key; place; product_key; reason (together: because_key, people: sales with both).
    """
    pairs = product_pairs.select("product_key", "other_key", "score", people="together")
    return _that_go_with(taken, product_figures, pairs, "together", among, limit)


def following_products(
    taken: ir.Table,
    product_figures: ir.Table,
    next_pairs: ir.Table,
    *,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """What others took some time after the ten products that a customer bought last, and the customer lacks.

    By the sum of the pairs' scores over those ten; the reason names the one that it follows best. Columns:
    customer_key; place; product_key; reason (next: because_key, people: customers who took it after it).
    """
    pairs = next_pairs.select("product_key", "other_key", "score", people="followed")
    return _that_go_with(taken, product_figures, pairs, "next", among, limit)


def _that_go_with(
    taken: ir.Table,
    product_figures: ir.Table,
    pairs: ir.Table,
    reason: str,
    among: ir.Table | None,
    limit: int,
) -> ir.Table:
    """By the pairs (product_key, other_key, score, people) of the products that the customer bought last."""
    have = _of(taken, among)
    met = latest(have, LATEST).join(pairs, "product_key")
    offered = product_figures.filter(product_figures.is_offered).select(other_key="product_key")
    new = _lacking(met.semi_join(offered, "other_key").rename(because_key="product_key"), have, "other_key")
    summed = new.group_by("customer_key", "other_key").agg(total=new.score.sum().cast("int64"))
    best = nth(new, ("-score", "because_key"), "customer_key", "other_key")
    best = best.filter(best.nth == 0).drop("nth", "score")
    found = best.join(summed, ["customer_key", "other_key"]).rename(product_key="other_key")
    return top(found, reason, order=("-total",), limit=limit)


def up_sell(
    taken: ir.Table, product_figures: ir.Table, *, among: ir.Table | None = None, limit: int = LIMIT
) -> ir.Table:
    """The next price step of what a customer buys, where the customer does not have it yet.

    By `weight_90` of the product that it stands above. Columns: customer_key; place; product_key; reason
    (up_sell: because_key, people: customers who took it lately).
    """
    have = _of(taken, among)
    steps = product_figures.filter(product_figures.step_key.notnull()).select("product_key", "step_key")
    lacking = _lacking(have.join(steps, "product_key"), have, "step_key")
    best = nth(lacking, ("-weight_90", "product_key"), "customer_key", "step_key")
    chosen = best.filter(best.nth == 0).select(
        "customer_key", "weight_90", because_key="product_key", product_key="step_key"
    )
    offered = product_figures.filter(product_figures.is_offered)
    found = chosen.join(offered.select("product_key", people="buyers"), "product_key")
    return top(found, "up_sell", order=("-weight_90",), limit=limit)


def cross_sell(
    taken: ir.Table,
    product_figures: ir.Table,
    group_pairs: ir.Table,
    *,
    among: ir.Table | None = None,
    limit: int = LIMIT,
) -> ir.Table:
    """The groups of which a customer has nothing and buyers of the customer's groups do, and the most bought
    product of each.

    By the share of the group's buyers who buy the other one, the highest of the customer's groups. Columns:
    customer_key; place; product_key; reason (cross_sell: because_group, share of its buyers, people: how many
    they are).
    """
    have = _of(taken, among)
    groups = product_figures.filter(product_figures.group_name.notnull()).select("product_key", "group_name")
    own = have.join(groups, "product_key").select("customer_key", "group_name").distinct()
    pairs = group_pairs.select("group_name", "other_group", "product_key", "share", people="both")
    met = own.join(pairs, "group_name")
    mine = own.rename(other_group="group_name")
    lacking = met.anti_join(mine, ["customer_key", "other_group"])
    best = nth(lacking, ("-share", "group_name"), "customer_key", "other_group")
    found = best.filter(best.nth == 0).drop("nth").rename(because_group="group_name")
    return top(found, "cross_sell", order=("-share",), limit=limit)


def _of(taken: ir.Table, among: ir.Table | None) -> ir.Table:
    have = taken.select("customer_key", "product_key", "last_on", "weight_90")
    return have if among is None else have.semi_join(among, "customer_key")


def _lacking(found: ir.Table, have: ir.Table, key: str) -> ir.Table:
    """The rows whose product in the column `key` the customer does not have."""
    mine = have.select("customer_key", **{key: have.product_key})
    return found.anti_join(mine, ["customer_key", key])
