"""How the members of each loyalty programme are spread over its tiers."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir

from recompra.analytics.portable import cents, half_up, hundredths, share


def tier_shares(people: ir.Table, *, store_keys: Iterable[int] | None = None) -> ir.Table:
    """How many members each tier of each loyalty programme has, and what they spent.

    `store_keys`: only people who prefer one of these stores, or none yet. Columns: loyalty_program;
    loyalty_tier (null: a member without a tier); members; share (of the programme's members, four decimals);
    buyers (members who ever bought); ltv (net spend of all of them, R$); mean_ltv (ltv / buyers, R$, null
    without buyers).
    """
    joined = people.filter(people.loyalty_program.notnull())
    if store_keys is not None:
        joined = joined.filter(joined.store_key.isin(sorted(store_keys)) | joined.store_key.isnull())
    tiers = joined.group_by("loyalty_program", "loyalty_tier").agg(
        members=joined.count().cast("int64"),
        buyers=joined.count(where=joined.first_on.notnull()).cast("int64"),
        ltv=joined.ltv.sum().fill_null(0).cast("decimal(18, 2)"),
    )
    whole = tiers.group_by("loyalty_program").agg(all_members=tiers.members.sum().cast("int64"))
    both = tiers.join(whole, "loyalty_program")
    return both.select(
        "loyalty_program",
        "loyalty_tier",
        "members",
        share=share(both.members, both.all_members),
        buyers=both.buyers,
        ltv=both.ltv,
        mean_ltv=hundredths(half_up(cents(both.ltv), both.buyers), "decimal(18, 2)"),
    ).order_by("loyalty_program", "loyalty_tier")
