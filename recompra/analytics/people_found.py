"""How many people there are, how many of them can be reached, and what they spent."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir


def people_found(people: ir.Table, *, store_keys: Iterable[int] | None = None) -> ir.Table:
    """How many people each RFM segment has, who of them a campaign may reach, and what they spent.

    `store_keys`: only people who prefer one of these stores, or none yet. One row per segment with anybody.
    Columns: segment (null: never bought); people; whatsapp, email, sms (who of them may be reached there);
    reachable (on any of the three); members (of a loyalty programme); ltv (net spend of all of them, R$).
    """
    found = people
    if store_keys is not None:
        found = found.filter(found.store_key.isin(sorted(store_keys)) | found.store_key.isnull())
    return (
        found.group_by("segment")
        .agg(
            people=found.count().cast("int64"),
            whatsapp=found.count(where=found.reach_whatsapp).cast("int64"),
            email=found.count(where=found.reach_email).cast("int64"),
            sms=found.count(where=found.reach_sms).cast("int64"),
            reachable=found.count(where=found.reach_whatsapp | found.reach_email | found.reach_sms).cast(
                "int64"
            ),
            members=found.count(where=found.loyalty_program.notnull()).cast("int64"),
            ltv=found.ltv.sum().fill_null(0).cast("decimal(18, 2)"),
        )
        .order_by("segment")
    )
