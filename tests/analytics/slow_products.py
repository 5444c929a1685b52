"""The lists of recommendations once more, slowly, from the sentences that define them."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import permutations
from typing import Any

Row = dict[str, Any]
Had = dict[tuple[int, int], list[dt.date]]


def half_up(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


def taken(items: list[Row], as_of: dt.date) -> Had:
    """{(customer, product): the days on which it was bought, in order}."""
    units: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    days: dict[tuple[int, int], set[dt.date]] = defaultdict(set)
    for row in items:
        if (
            row["customer_key"]
            and row["product_key"]
            and not row["is_cancelled"]
            and row["ordered_on"] <= as_of
        ):
            pair = row["customer_key"], row["product_key"]
            units[pair] += row["quantity"]
            if row["kind"] == "sale" and row["quantity"] > 0:
                days[pair].add(row["ordered_on"])
    return {pair: sorted(days[pair]) for pair in units if units[pair] > 0 and days[pair]}


def weight(days: list[dt.date], as_of: dt.date, memory: int) -> int:
    return sum(
        math.floor(math.exp(-min((as_of - day).days, 20 * memory) / memory) * 1_000_000) for day in days
    )


def popular(had: Had, figures: dict[int, Row], who: int) -> list[int]:
    """The places of popularity, without what the customer has."""
    placed = sorted((row["popular_place"], key) for key, row in figures.items() if row["popular_place"])
    return [key for _place, key in placed if (who, key) not in had]


def personal(had: Had, figures: dict[int, Row], who: int, as_of: dt.date) -> list[int]:
    """By the expected takings, memory 360."""
    own = {key: days for (customer, key), days in had.items() if customer == who}
    own = {key: days for key, days in own.items() if key in figures and figures[key]["is_offered"]}
    faded = {key: weight(days, as_of, 360) for key, days in own.items()}
    habit = sum(faded.values()) if own else 1_000_000
    taste: Counter[Any] = Counter()
    for key, much in faded.items():
        taste[figures[key]["group_name"]] += much
    scores = {}
    for key, days in own.items():
        row = figures[key]
        rate = int((row["repeat_rate"] or 0) * 1000)
        kept = half_up(faded[key] * half_up((len(days) - 1) * 1000 + rate, len(days)), 1000)
        of_all = habit * row["chance"]
        of_group = of_all if row["group_chance"] is None else taste[row["group_name"]] * row["group_chance"]
        scores[key] = kept + half_up(of_all + of_group, 2_000_000)
    for key in popular(had, figures, who)[:10]:
        scores[key] = half_up(habit * figures[key]["chance"], 1_000_000)
    return sorted(scores, key=lambda key: (-scores[key], -figures[key]["buyers"], key))[:10]


def together(baskets: dict[int, set[int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """{(product, other): (sales with both, score)} of the pairs that count."""
    whole = [basket for basket in baskets.values() if 2 <= len(basket) <= 30]
    single = Counter(key for basket in whole for key in basket)
    pairs = Counter(pair for basket in whole for pair in permutations(sorted(basket), 2))
    found = {}
    for (one, other), n in pairs.items():
        score = math.floor(n * n * 1_000_000 / (math.sqrt(single[one] * single[other]) * (n + 10)))
        if n >= 3 and n * len(whole) > single[one] * single[other]:
            found[one, other] = n, score
    return found
