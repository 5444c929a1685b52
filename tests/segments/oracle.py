"""A slow, plain reading of a rule: loops over rows, one person at a time. Knows nothing of Ibis."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.segments.shop import Row

Tables = dict[str, list[Row]]


def people(rule: dict[str, Any], tables: Tables, as_of: dt.date, stores: set[int] | None = None) -> set[int]:
    """The keys of those who fit."""
    if stores is not None:
        seen = [one for one in tables["people"] if one["store_key"] is None or one["store_key"] in stores]
        sold = {
            name: [row for row in tables[name] if row["store_key"] in stores]
            for name in ("orders", "order_items")
        }
        tables = {**tables, "people": seen, **sold}
    return {one["customer_key"] for one in tables["people"] if holds(rule, one, tables, as_of)}


def holds(node: dict[str, Any], person: Row, tables: Tables, as_of: dt.date) -> bool:
    if "rules" in node:
        truths = [holds(one, person, tables, as_of) for one in node["rules"]]
        if not truths:
            return True
        return {"all": all(truths), "any": any(truths), "none": not any(truths)}[node["match"]]
    if "field" in node:
        return field(node, person, as_of)
    if "first" in node:
        return sequence(node, person, tables, as_of)
    return behaviour(node, person, tables, as_of)


# fields


def value_of(name: str, person: Row, as_of: dt.date) -> Any:
    last = person["last_on"]
    if name == "recency_days":
        return None if last is None else (as_of - last).days
    if name == "overdue_days":
        mean = person["mean_interval_days"]
        return None if last is None or mean is None else (as_of - last).days - math.ceil(mean)
    if name == "has_purchases":
        return last is not None
    if name == "is_complete":
        return person["completeness"] >= 100
    if name == "is_loyalty_member":
        return person["loyalty_program"] is not None
    if name == "churn_risk":
        return None if person[name] is None else math.floor(person[name] * 100 + 0.5)
    if name in ("next_in_days", "is_due", "is_past_due"):
        return _next(name, person, as_of)
    return person[name]


def _next(name: str, person: Row, as_of: dt.date) -> Any:
    since, on, until = (person[f"next_{end}"] for end in ("from", "on", "until"))
    if on is None:
        return None if name == "next_in_days" else False
    if name == "next_in_days":
        return (on - as_of).days
    return until < as_of if name == "is_past_due" else since <= as_of <= until


def field(node: dict[str, Any], person: Row, as_of: dt.date) -> bool:
    name, op = str(node["field"]), str(node["op"])
    asked: Any = node.get("value")
    value = value_of(name, person, as_of)
    if op in ("known", "unknown"):
        return bool((value is not None) == (op == "known"))
    if op in ("yes", "no"):
        return bool(value) == (op == "yes")
    if op in ("one_of", "none_of"):
        return (value is not None and str(value) in map(str, asked)) == (op == "one_of")
    if name == "birth_day":
        return value is not None and birthday(value, op, asked, as_of)
    if op in ("within", "not_within"):
        return (value is not None and inside(value, asked, as_of)) == (op == "within")
    if value is None:
        return False
    if name == "age_band":
        return age(value, op, asked)
    return compares(op, asked, Decimal(value))


def compares(op: str, asked: Any, value: Decimal) -> bool:
    if op == "between":
        return Decimal(asked[0]) <= value <= Decimal(asked[1])
    wanted = Decimal(asked)
    return {"at_least": value >= wanted, "at_most": value <= wanted, "is": value == wanted}[op]


def age(band: int, op: str, asked: Any) -> bool:
    if op == "between":
        return bool(asked[0] <= band <= asked[1])
    return bool(band >= asked if op == "at_least" else band <= asked)


def birthday(value: int, op: str, asked: Any, as_of: dt.date) -> bool:
    month, day = divmod(value, 100)
    if op == "between":
        year = [dt.date(2000, 1, 1) + dt.timedelta(days=n) for n in range(366)]  # a leap year has every day
        first, last = (dt.date.fromisoformat(f"2000-{one}") for one in asked)
        span = [
            one for one in year if (first <= one <= last if first <= last else one >= first or one <= last)
        ]
        days = {(one.month, one.day) for one in span}
        return (month, day) in days or ((month, day) == (2, 29) and (2, 28) in days)
    since, until = bounds(asked, as_of)
    if since is None or until is None:
        return True
    for number in range((until - since).days + 1):
        today = since + dt.timedelta(days=number)
        if (today.month, today.day) == (month, day):
            return True
        no_leap_day = (today + dt.timedelta(days=1)).month == 3 and (today.month, today.day) == (2, 28)
        if (month, day) == (2, 29) and no_leap_day:
            return True
    return False


def bounds(period: dict[str, Any], as_of: dt.date) -> tuple[dt.date | None, dt.date | None]:
    if "last_days" in period:
        return as_of - dt.timedelta(days=period["last_days"] - 1), as_of
    if "days_ago" in period:
        near, far = period["days_ago"]
        return None if far is None else as_of - dt.timedelta(days=far), as_of - dt.timedelta(days=near)
    if "month" in period:
        first = as_of.replace(day=1)
        for _step in range(-period["month"]):
            first = (first - dt.timedelta(days=1)).replace(day=1)
        after = (first + dt.timedelta(days=31)).replace(day=1)
        return first, after - dt.timedelta(days=1)
    told = (period.get("from"), period.get("to"))
    since, until = (dt.date.fromisoformat(day) if day else None for day in told)
    return since, until


def inside(day: dt.date, period: dict[str, Any], as_of: dt.date) -> bool:
    since, until = bounds(period, as_of)
    return (since is None or since <= day) and (until is None or day <= until)


# purchases


def fitting(node: dict[str, Any], person: Row, tables: Tables, as_of: dt.date) -> list[Row]:
    """Orders, or lines where products are named, that fit."""
    online = {one["order_key"]: one["is_online"] for one in tables["orders"]}
    goods = {one["product_key"]: one for one in tables["products"]}
    found = []
    for row in tables["order_items" if node.get("what") else "orders"]:
        if row["customer_key"] != person["customer_key"] or row["is_cancelled"] or row["ordered_on"] > as_of:
            continue
        if row["kind"] != {"bought": "sale", "returned": "return"}[node["did"]]:
            continue
        if node.get("stores") and row["store_key"] not in node["stores"]:
            continue
        if node.get("channel") and online.get(row["order_key"]) != (node["channel"] == "online"):
            continue
        if node.get("period") and not inside(row["ordered_on"], node["period"], as_of):
            continue
        if all(has(goods.get(row.get("product_key")), *what) for what in (node.get("what") or {}).items()):
            found.append(row)
    return found


def has(product: Row | None, name: str, values: list[str]) -> bool:
    if product is None:
        return False
    plain = {"product": "code", "group": "group_name", "brand": "brand", "color": "color"}
    if name in plain:
        return product[plain[name]] in values
    return json.loads(product["attributes"] or "{}").get(name) in values


def behaviour(node: dict[str, Any], person: Row, tables: Tables, as_of: dt.date) -> bool:
    found = fitting(node, person, tables, as_of)
    op = node.get("op", "at_least")
    if op == "never":
        return not found
    sign = -1 if node["did"] == "returned" else 1
    units = "quantity" if node.get("what") else "units"
    measures: dict[str, Callable[[], Decimal]] = {
        "orders": lambda: Decimal(len({one["order_key"] for one in found})),
        "days": lambda: Decimal(len({one["ordered_on"] for one in found})),
        "units": lambda: sign * sum((one[units] for one in found), Decimal(0)),
        "value": lambda: sign * sum((one["net"] for one in found), Decimal(0)),
    }
    return compares(op, node.get("value", 1), measures[node.get("measure", "orders")]())


def sequence(node: dict[str, Any], person: Row, tables: Tables, as_of: dt.date) -> bool:
    first = fitting(node["first"], person, tables, as_of)
    then = fitting(node["then"], person, tables, as_of)
    within = node.get("within_days")

    def follows(one: Row, other: Row) -> bool:
        near = within is None or (other["ordered_on"] - one["ordered_on"]).days <= within
        return bool(one["ordered_at"] < other["ordered_at"]) and near

    if not node.get("never"):
        return any(follows(one, other) for one in first for other in then)
    if not first:
        return False
    last = max(first, key=lambda one: one["ordered_at"])
    is_over = within is None or (as_of - last["ordered_on"]).days > within
    return is_over and not any(follows(last, other) for other in then)
