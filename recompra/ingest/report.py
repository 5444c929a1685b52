"""What an import came to. Every row that was read is in exactly one of the five counts. No personal data."""

from __future__ import annotations

from typing import Any

from recompra.ingest.desk import Desk
from recompra.warehouse.load import Counts

MONEY = "::DECIMAL(18, 2)::VARCHAR"


def describe(desk: Desk) -> dict[str, Any]:
    """All that is known before the facts are compared with what is there."""
    run, facts = desk.run, desk.facts
    problems = desk.run_sql(
        "SELECT code, count(*) FROM (SELECT code FROM problems UNION ALL SELECT code FROM rejects) "
        "GROUP BY code ORDER BY code"
    )
    repeated = desk.run_sql("SELECT reason, count(*) FROM repeated GROUP BY reason ORDER BY reason")
    rejects = desk.one("SELECT count(*) FROM rejects")
    left_out = _left_out(desk)
    found = facts.get("side_rows", {})
    return {
        "orders_are_rows": _orders_are_rows(desk),
        "source": run.source,
        "system": run.system,
        "dry_run": run.dry_run,
        "files": facts["files"],
        "side_files": found,
        "mapping": facts.get("mapping", []),
        "holds": facts["holds"],
        "date_order": facts.get("date_order"),
        "decimal": facts.get("numbers", {}),
        "read": int(desk.one("SELECT count(*) FROM parsed") + rejects + facts.get("header_rows", 0)),
        "blank": sum(file.get("blank", 0) for file in facts["files"]),
        "quarantined": sum(count for _code, count in problems),
        "quarantine": dict(problems),
        "duplicated": sum(count for _reason, count in repeated),
        "duplicates": dict(repeated),
        "erased": _erased_rows(desk),
        "left_out": sum(left_out.values()),
        "left_out_as": left_out,
        "members": facts.get("members", {}),
        "people": facts.get("people", {}),
        "figures": {**facts.get("figures", {}), **(_figures(desk) if facts["holds"] == "sales" else {})},
    }


def _orders_are_rows(desk: Desk) -> bool:
    return desk.facts["holds"] == "sales" and "lacks_items" in desk.columns("rows")


def _erased_rows(desk: Desk) -> int:
    """Rows of people who were erased: left out. A sale of theirs stays, without a person."""
    if desk.facts["holds"] not in ("people", "loyalty") or not desk.facts.get("people", {}).get("erased"):
        return 0
    people = "SELECT person FROM faces SEMI JOIN forgotten USING (fingerprint)"
    return int(desk.one(f"SELECT count(*) FROM parsed WHERE code IS NULL AND person IN ({people})"))  # noqa: S608


def _left_out(desk: Desk) -> dict[str, int]:
    """{reason: good rows that bring nothing, and that nobody can mend}."""
    if not desk.has("left_out"):
        return {}
    return dict(desk.run_sql("SELECT reason, count(*) FROM left_out GROUP BY reason ORDER BY reason"))


def _figures(desk: Desk) -> dict[str, Any]:
    head = desk.run_sql(
        f"SELECT count(*), count(*) FILTER (WHERE is_cancelled), count(*) FILTER (WHERE kind = 'return'), "  # noqa: S608
        "count(*) FILTER (WHERE customer_key IS NULL), count(DISTINCT customer_key), "
        "min(ordered_on)::VARCHAR, max(ordered_on)::VARCHAR, "
        f"coalesce(sum(gross - discount) FILTER (WHERE NOT is_cancelled), 0){MONEY}, "
        f"coalesce(sum(gross - discount) FILTER (WHERE is_cancelled), 0){MONEY}, "
        f"coalesce(sum(freight), 0){MONEY} FROM heads"
    )[0]
    names = (
        "orders", "cancelled_orders", "return_orders", "orders_without_customer", "customers",
        "first_day", "last_day", "net",
        "cancelled_net", "freight",
    )  # fmt: skip
    items = desk.run_sql(
        "SELECT count(*) FILTER (WHERE is_line), "  # noqa: S608
        "coalesce(sum((worth - off) * CASE WHEN is_return THEN -1 ELSE 1 END) FILTER (WHERE is_line), "
        f"0){MONEY} FROM lines"
    )[0]
    return {**dict(zip(names, head, strict=True)), "lines": items[0], "items_total": items[1]}


def settle(report: dict[str, Any], counts: dict[str, Counts]) -> dict[str, Any]:
    """The report with what became of the good rows, as the facts counted them."""
    people = report["people"]
    apart = ("quarantined", "duplicated", "erased", "left_out")
    good = report["read"] - sum(report.get(name, 0) for name in apart)
    if report["holds"] == "people":
        accepted = min(good, people.get("new", 0) + people.get("changed", 0))
    elif report["holds"] == "loyalty":
        members = report["members"]
        told = (people, members)
        accepted = min(good, max(each.get("new", 0) + each.get("changed", 0) for each in told))
    elif report["holds"] in ("visits", "events"):
        accepted = min(good, counts.get(report["holds"], Counts()).written)
    elif report["holds"] == "products":
        accepted = min(good, counts.get("products", Counts()).written)
    else:
        accepted = counts.get("order_items", Counts()).written
        if report.get("orders_are_rows"):
            accepted += counts.get("orders", Counts()).written
        accepted = min(good, accepted)
    facts = {
        table: {"new": found.new, "changed": found.changed, "unchanged": found.unchanged}
        for table, found in sorted(counts.items())
    }
    return {**report, "accepted": accepted, "unchanged": good - accepted, "facts": facts}
