"""The dashboard's metrics once more, slowly, in plain Python from the sentences that define them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from tests.analytics.oracle import rounded

Row = dict[str, Any]
NOTHING = Decimal(0)


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Four decimals, halves up (away from zero); None of nothing."""
    if not whole:
        return None
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def mean(total: Decimal, people: int) -> Decimal | None:
    return rounded(total / people) if people else None


def money(rows: Iterable[Row]) -> Decimal:
    return sum((row["net"] for row in rows), NOTHING)


def sales_of(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] == "sale"]


def standing(
    orders: Sequence[Row],
    since: dt.date,
    until: dt.date,
    stores: Iterable[int] | None = None,
    people: Iterable[int] | None = None,
) -> list[Row]:
    """Not cancelled, of the period, of the stores, of the people (of anybody, named or not)."""
    seen = None if stores is None else set(stores)
    own = None if people is None else set(people)
    return [
        row
        for row in orders
        if not row["is_cancelled"]
        and since <= row["ordered_on"] <= until
        and (seen is None or row["store_key"] in seen)
        and (own is None or row["customer_key"] in own)
    ]


def known(orders: Sequence[Row], *limits: Any) -> list[Row]:
    return [row for row in standing(orders, *limits) if row["customer_key"] is not None]


def by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def first_days(rows: Iterable[Row]) -> dict[int, dt.date]:
    """{customer: day of the first sale}."""
    sold = by(sales_of(rows), "customer_key")
    return {who: min(row["ordered_on"] for row in own) for who, own in sold.items()}


def stretch(day: dt.date, grain: str) -> dt.date:
    if grain == "week":
        return day - dt.timedelta(days=day.isoweekday() - 1)
    if grain == "fortnight" and day.day > 15:
        return day.replace(day=16)
    return day.replace(day=1)


def identified_sales(
    orders: Sequence[Row], since: dt.date, until: dt.date, grain: str, stores: Iterable[int] | None
) -> list[Row]:
    cells: dict[tuple[int, dt.date], list[Row]] = defaultdict(list)
    for row in sales_of(standing(orders, since, until, stores)):
        cells[row["store_key"], stretch(row["ordered_on"], grain)].append(row)
    found = []
    for (store, starts), rows in sorted(cells.items()):
        own = [row for row in rows if row["customer_key"] is not None]
        figures = {"sales": len(rows), "identified_sales": len(own), "sold": money(rows)}
        figures |= {"identified_sold": money(own), "share": ratio(len(own), len(rows))}
        figures["sold_share"] = ratio(money(own), money(rows))
        found.append({"store_key": store, "starts_on": starts} | figures)
    return found


def customer_frequency(
    orders: Sequence[Row], since: dt.date, until: dt.date, grain: str, *limits: Any
) -> list[Row]:
    ever = known(orders, dt.date.min, until, *limits)
    first = first_days(ever)
    cells: dict[dt.date, list[Row]] = defaultdict(list)
    for row in ever:
        if row["ordered_on"] >= since:
            cells[stretch(row["ordered_on"], grain)].append(row)
    found = []
    for starts, rows in sorted(cells.items()):
        buyers = {row["customer_key"] for row in sales_of(rows)}
        new = {who for who in buyers if first[who] >= since and stretch(first[who], grain) == starts}
        figures = {"buyers": len(buyers), "new_buyers": len(new), "returning_buyers": len(buyers - new)}
        if buyers:
            worth = {"orders": len(sales_of(rows)), "net": money(rows)}
            found.append({"starts_on": starts} | figures | worth)
    return found


def purchases_per_person(orders: Sequence[Row], since: dt.date, until: dt.date, *limits: Any) -> list[Row]:
    people = by(sales_of(known(orders, since, until, *limits)), "customer_key")
    classes: dict[int, list[list[Row]]] = defaultdict(list)
    for rows in people.values():
        times = len({row["ordered_on"] for row in rows})
        classes[times if times < 5 else 5 if times < 10 else 10].append(rows)
    return [
        {
            "purchases": least,
            "buyers": len(groups),
            "share": ratio(len(groups), len(people)),
            "orders": sum(len(rows) for rows in groups),
            "sold": sum((money(rows) for rows in groups), NOTHING),
        }
        for least, groups in sorted(classes.items())
    ]


def found_value(
    orders: Sequence[Row], people: set[int], since: dt.date, until: dt.date, stores: Iterable[int] | None
) -> Row:
    rows = known(orders, since, until, stores, people)
    sales = sales_of(rows)
    buyers = len(by(sales, "customer_key"))
    return {
        "people": len(people),
        "buyers": buyers,
        "orders": len(sales),
        "sold": money(sales),
        "net": money(rows),
        "aov": mean(money(sales), len(sales)),
        "per_buyer": mean(money(rows), buyers),
        "per_person": mean(money(rows), len(people)),
        "orders_per_buyer": mean(Decimal(len(sales)), buyers),
    }


def returned_people(
    orders: Sequence[Row],
    since: dt.date,
    until: dt.date,
    as_of: dt.date,
    way: str,
    within: int,
    *limits: Any,
) -> list[Row]:
    """Every buyer of every store, with `days` None where nobody came back; see `returned_people`."""
    sales = sales_of(known(orders, dt.date.min, as_of, *limits))
    found = []
    for who, rows in by(sales, "customer_key").items():
        days = sorted({row["ordered_on"] for row in rows})
        for store, visits in by(rows, "store_key").items():
            here = sorted({row["ordered_on"] for row in visits if since <= row["ordered_on"] <= until})
            steps = [(day, _beside(day, days, way, within)) for day in here]
            if way == "return":
                steps = [step for step in steps if step[1]] or steps
            if steps:
                found.append(_told(who, store, rows, *steps[0], way))
    return found


def _beside(day: dt.date, days: list[dt.date], way: str, within: int) -> dt.date | None:
    if way == "sale":
        return next((other for other in days if 0 < (other - day).days <= within), None)
    return next((other for other in reversed(days) if 0 < (day - other).days <= within), None)


def _told(who: int, store: int, rows: list[Row], here: dt.date, other: dt.date | None, way: str) -> Row:
    there = {row["store_key"] for row in rows if row["ordered_on"] == other}
    at = store if store in there else min(there, default=None)
    worth = {day: money(group) for day, group in by(rows, "ordered_on").items()}
    bought, returned = ((here, store), (other, at)) if way == "sale" else ((other, at), (here, store))
    last = max(worth)
    return {
        "customer_key": who,
        "store_key": store,
        "bought_on": bought[0],
        "bought_store_key": bought[1],
        "bought_value": worth.get(bought[0]),
        "returned_on": returned[0],
        "returned_store_key": returned[1],
        "returned_value": worth.get(returned[0]),
        "days": abs((other - here).days) if other else None,
        "last_on": last,
        "last_value": worth[last],
    }


def store_returns(people: list[Row], as_of: dt.date, way: str, within: int) -> list[Row]:
    """From the people of `returned_people`."""
    found = []
    for store, rows in sorted(by(people, "store_key").items()):
        back = [row for row in rows if row["days"] is not None]
        over = [row for row in rows if way == "return" or (as_of - row["bought_on"]).days >= within]
        known_back = sum(row["days"] is not None for row in over)
        found.append(
            {
                "store_key": store,
                "buyers": len(rows),
                "came_back": len(back),
                "same_store": sum(row["bought_store_key"] == row["returned_store_key"] for row in back),
                "waiting": sum(row["days"] is None for row in rows if row not in over),
                "known": len(over),
                "known_back": known_back,
                "rate": ratio(known_back, len(over)),
                "median_days": rounded(Decimal(median(row["days"] for row in back))) if back else None,
            }
        )
    return found


def second_purchase(
    orders: Sequence[Row], since: dt.date, until: dt.date, as_of: dt.date, *limits: Any
) -> list[tuple[int, bool]]:
    """(days, came back) of each new customer of the period."""
    found = []
    for rows in by(sales_of(known(orders, dt.date.min, as_of, *limits)), "customer_key").values():
        days = sorted({row["ordered_on"] for row in rows})
        if since <= days[0] <= until:
            ended = days[1] if len(days) > 1 else as_of
            found.append(((ended - days[0]).days, len(days) > 1))
    return sorted(found)


def kaplan_meier(people: Iterable[tuple[int, bool]], day: int) -> Fraction | None:
    """The share that had the event by the day, as the estimator's definition says it."""
    watched = list(people)
    if not watched or max(days for days, _event in watched) < day:
        return None
    stays = Fraction(1)
    for at in {days for days, event in watched if event and days <= day}:
        risk = sum(days >= at for days, _event in watched)
        stays *= 1 - Fraction(sum(days == at and event for days, event in watched), risk)
    return 1 - stays


def cohorts(orders: Sequence[Row], since: dt.date, until: dt.date, as_of: dt.date, *limits: Any) -> list[Row]:
    people = by(known(orders, dt.date.min, as_of, *limits), "customer_key")
    firsts = first_days(known(orders, dt.date.min, as_of, *limits))
    groups: dict[dt.date, list[int]] = defaultdict(list)
    for who, first in firsts.items():
        if since <= first <= until:
            groups[first.replace(day=1)].append(who)
    found = []
    for starts, members in sorted(groups.items()):
        month, number = starts, 0
        while month <= as_of:
            following = (month + dt.timedelta(days=31)).replace(day=1)
            rows = [row for who in members for row in people[who] if month <= row["ordered_on"] < following]
            over = following <= as_of + dt.timedelta(days=1)
            buyers = len(by(sales_of(rows), "customer_key"))
            found.append(
                {
                    "cohort_on": starts,
                    "month": number,
                    "customers": len(members),
                    "buyers": buyers if over else None,
                    "net": money(rows) if over else None,
                    "share": ratio(buyers, len(members)) if over else None,
                }
            )
            month, number = following, number + 1
    return found


def business(orders: Sequence[Row], since: dt.date, until: dt.date, *limits: Any) -> list[Row]:
    length = until - since + dt.timedelta(days=1)
    return [
        _business(orders, since - length, until - length, *limits),
        _business(orders, since, until, *limits),
    ]


def _business(orders: Sequence[Row], since: dt.date, until: dt.date, *limits: Any) -> Row:
    ever = by(known(orders, dt.date.min, until, *limits), "customer_key")
    rows = known(orders, since, until, *limits)
    sales = sales_of(rows)
    buyers = by(sales, "customer_key")
    twice = sum(len({row["ordered_on"] for row in own}) > 1 for own in buyers.values())
    again = sum(len({row["ordered_on"] for row in sales_of(ever[who])}) > 1 for who in buyers)
    return {
        "starts_on": since,
        "ends_on": until,
        "buyers": len(buyers),
        "orders": len(sales),
        "sold": money(sales),
        "net": money(rows),
        "aov": mean(money(sales), len(sales)),
        "orders_per_buyer": mean(Decimal(len(sales)), len(buyers)),
        "mean_ltv": mean(sum((money(ever[who]) for who in buyers), NOTHING), len(buyers)),
        "repeat_buyers": twice,
        "repeat_rate": ratio(twice, len(buyers)),
        "returning_buyers": again,
        "returning_rate": ratio(again, len(buyers)),
    }
