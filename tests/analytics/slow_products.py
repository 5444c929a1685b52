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
    scores, _habit = expected(had, figures, who, as_of)
    return sorted(scores, key=lambda key: (-scores[key], -figures[key]["buyers"], key))[:10]


def expected(had: Had, figures: dict[int, Row], who: int, as_of: dt.date) -> tuple[dict[int, int], int]:
    """The expected takings of each product, and of the customer's products together."""
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
    return scores, habit


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


def step(figures: dict[int, Row], key: int) -> int | None:
    """In the same group, 10 to 100 % dearer, the most bought."""
    own = figures[key]
    dearer = [
        (row["popular_place"], other)
        for other, row in figures.items()
        if own["group_name"] is not None
        and row["group_name"] == own["group_name"]
        and row["popular_place"]
        and own["price"] * 110 <= row["price"] * 100 <= own["price"] * 200
    ]
    return min(dearer)[1] if dearer else None


def up_sell(had: Had, figures: dict[int, Row], who: int, as_of: dt.date) -> list[tuple[int, int]]:
    """(product, the one that it stands above)."""
    own = {key: weight(days, as_of, 90) for (customer, key), days in had.items() if customer == who}
    above: dict[int, int] = {}
    for key in sorted(own, key=lambda key: (-own[key], key)):
        other = step(figures, key) if key in figures else None
        if other is not None and other not in own:
            above.setdefault(other, key)
    return sorted(above.items(), key=lambda one: (-own[one[1]], one[0]))[:10]


def group_pairs(had: Had, figures: dict[int, Row]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """{(group, other): (place, customers of both, of the first, what to offer of the other)}."""
    owned: dict[int, set[str]] = defaultdict(set)
    for who, key in had:
        if key in figures and figures[key]["group_name"] is not None:
            owned[who].add(figures[key]["group_name"])
    buyers = Counter(group for groups in owned.values() for group in groups)
    both = Counter(pair for groups in owned.values() for pair in permutations(sorted(groups), 2))
    found = {}
    for group in buyers:
        others = sorted((-n, other) for (one, other), n in both.items() if one == group and n >= 10)
        offers = [(other, -n, offer(figures, other)) for n, other in others]
        known = [(other, n, product) for other, n, product in offers if product is not None][:5]
        for place, (other, n, product) in enumerate(known, 1):
            found[group, other] = place, n, buyers[group], product
    return found


def offer(figures: dict[int, Row], group: str) -> int | None:
    """The most bought product of a group."""
    placed = [
        (row["popular_place"], key)
        for key, row in figures.items()
        if row["group_name"] == group and row["popular_place"]
    ]
    return min(placed)[1] if placed else None


def cross_sell(had: Had, figures: dict[int, Row], who: int) -> list[tuple[int, str]]:
    """(product, the group of the person because of which)."""
    own = {figures[key]["group_name"] for customer, key in had if customer == who and key in figures} - {None}
    best: dict[str, tuple[int, str, int]] = {}
    for (group, other), (_place, both, buyers, product) in sorted(group_pairs(had, figures).items()):
        share = half_up(both * 10_000, buyers)
        if group in own and other not in own and (other not in best or share > best[other][0]):
            best[other] = share, group, product
    ranked = sorted(best.values(), key=lambda one: (-one[0], one[2]))
    return [(product, group) for _share, group, product in ranked][:10]
