"""What follows what, and the order that a ranker makes, once more, slowly, from the sentences that define
them."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from recompra.analytics.lists.ranker import FEATURES
from tests.analytics.slow_products import Had, expected, half_up, popular, weight

Row = dict[str, Any]
Pairs = dict[tuple[int, int], tuple[int, int]]


def following(had: Had, figures: dict[int, Row], as_of: dt.date, days: int) -> Pairs:
    """{(product, what follows): (customers, score)}, the best twenty of each product."""
    firsts: dict[int, dict[int, dt.date]] = defaultdict(dict)
    for (who, key), dates in had.items():
        firsts[who][key] = dates[0]
    buyers = Counter(key for own in firsts.values() for key in own)
    followed: Counter[tuple[int, int]] = Counter()
    for own in firsts.values():
        for one, first in own.items():
            for other, then in own.items():
                is_late = then > as_of - dt.timedelta(days=730)
                if is_late and 0 < (then - first).days <= days:
                    followed[one, other] += 1
    found = {}
    for (one, other), n in followed.items():
        score = math.floor(n * n * 1_000_000 / (math.sqrt(buyers[one] * buyers[other]) * (n + 10)))
        if n >= 3 and figures.get(other, {}).get("is_offered") and score > 0:
            found[one, other] = n, score
    return best(found, 20)


def best(pairs: Pairs, count: int) -> Pairs:
    """The best pairs of each product."""
    kept = {}
    for one in {first for first, _other in pairs}:
        own = sorted((-score, -n, other) for (first, other), (n, score) in pairs.items() if first == one)
        kept |= {(one, other): (-n, -score) for score, n, other in own[:count]}
    return kept


def visits(items: list[Row], as_of: dt.date) -> dict[int, set[dt.date]]:
    """{customer: the days on which they bought anything that has a key}."""
    found: dict[int, set[dt.date]] = defaultdict(set)
    for row in items:
        sold = row["kind"] == "sale" and row["quantity"] > 0 and not row["is_cancelled"]
        if sold and row["customer_key"] and row["product_key"] and row["ordered_on"] <= as_of:
            found[row["customer_key"]].add(row["ordered_on"])
    return found


def ranked(
    had: Had,
    figures: dict[int, Row],
    pairs: Pairs,
    after: Pairs,
    visits: dict[int, set[dt.date]],
    who: int,
    as_of: dt.date,
    weights: Sequence[int],
) -> list[tuple[int, int, str, int | None]]:
    """(product, score, reason, because of which), best first."""
    own = {key: days for (customer, key), days in had.items() if customer == who}
    came = visits[who]
    lines = sum(map(len, own.values()))
    last = sorted(own, key=lambda key: (-own[key][-1].toordinal(), -weight(own[key], as_of, 90), key))[:2]
    ties: dict[str, dict[int, dict[int, int]]] = {}
    for name, table in (("together", best(pairs, 3)), ("next", best(after, 3))):
        ties[name] = defaultdict(dict)
        for (one, other), (_n, score) in table.items():
            if one in last and figures.get(other, {}).get("is_offered"):
                ties[name][other][one] = score
    plain, habit = expected(had, figures, who, as_of)
    enough = max(10 - len([key for key in plain if key in own]), 4)
    for key in popular(had, figures, who)[enough:10]:
        del plain[key]
    for key in {*ties["together"], *ties["next"]} - set(own):
        plain.setdefault(key, half_up(habit * figures[key]["chance"], 1_000_000))
    told = []
    for key, score in plain.items():
        days = own.get(key)
        sums = {name: sum(found.get(key, {}).values()) for name, found in ties.items()}
        features = _features(figures[key], score, days, sums, came, lines, as_of)
        total = sum(weight * features[name] for weight, name in zip(weights, FEATURES, strict=True))
        reason, because = _reason(key, days, sums, ties)
        told.append((-total, -figures[key]["buyers"], key, reason, because))
    return [(key, -total, reason, because) for total, _buyers, key, reason, because in sorted(told)[:10]]


def _reason(
    key: int, days: list[dt.date] | None, sums: dict[str, int], ties: dict[str, dict[int, dict[int, int]]]
) -> tuple[str, int | None]:
    if days is not None:
        return "again", None
    name = "next" if sums["next"] and sums["next"] >= sums["together"] else "together"
    if not sums[name]:
        return "popular", None
    return name, min(ties[name][key], key=lambda one: (-ties[name][key][one], one))


def ln(above: int, below: int = 1) -> int:
    return math.floor((math.log(above) - math.log(below)) * 1_000_000)


def _features(
    row: Row,
    score: int,
    days: list[dt.date] | None,
    sums: dict[str, int],
    came: set[dt.date],
    lines: int,
    as_of: dt.date,
) -> dict[str, int]:
    visits = len(came)
    size = ln(lines, visits)
    found = dict.fromkeys(FEATURES, 0) | {
        "expected": ln(max(score, 1)),
        "popular": ln(row["chance"] + 1),
        "repeat": ln(int((row["repeat_rate"] or Decimal(0)) * 10_000) + 100, 100),
        "size": size,
        "together": ln(sums["together"] + 1_000, 1_000),
        "next": ln(sums["next"] + 1_000, 1_000),
    }
    if days is None:
        return found | {"is_new": 1_000_000, "new_size": size}
    due = 0
    if row["interval_days"] is not None:
        lasts = half_up((days[-1] - days[0]).days + 2 * row["interval_days"], len(days) - 1 + 2)
        if lasts > 0:
            due = min(max(ln((as_of - days[-1]).days + 1, lasts), -3_000_000), 2_000_000)
    return found | {
        "times": ln(len(days)),
        "part": ln(len(days), visits),
        "fresh_30": ln(weight(days, as_of, 30) + 1_000, 1_000),
        "fresh_360": ln(weight(days, as_of, 360) + 1_000, 1_000),
        "since": ln(sum(day > days[-1] for day in came) + 1),
        "due": due,
        "due_squared": half_up(due * due, 1_000_000),
        "once": 1_000_000 if len(days) == 1 else 0,
    }
