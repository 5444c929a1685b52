"""The measures of lists, from the grouped counts of `list_hits`: plain Python, no engine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

DEEP, SHORT = 20, 10
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Hits:
    """The measures of a list over `customers`, each a mean over them.

    hit_10: share of customers with at least one hit among the first ten; recall_10, recall_20: share of what
    was bought that the list holds; ndcg_10: discounted cumulative gain over that of the best possible list of
    ten (so the ideal is cut at ten, too).
    """

    customers: int
    hit_10: float
    recall_10: float
    recall_20: float
    ndcg_10: float


NONE = Hits(0, 0.0, 0.0, 0.0, 0.0)
MEASURES = ("hit_10", "recall_10", "recall_20", "ndcg_10")


def measured(rows: Iterable[Row], place: str = "places_0") -> Hits:
    """The measures of the list whose hits stand in the column `place`; without customers all 0."""
    found = list(rows)
    total = sum(row["customers"] for row in found)
    if not total:
        return NONE
    sums = [0.0, 0.0, 0.0, 0.0]
    for row in found:
        figures = figures_of(row["bought"], row[place])
        sums = [one + row["customers"] * figure for one, figure in zip(sums, figures, strict=True)]
    hit, recall, recall_20, ndcg = (one / total for one in sums)
    return Hits(total, hit, recall, recall_20, ndcg)


def ahead(rows: Sequence[Row], measure: str, one: str, other: str) -> tuple[float, float]:
    """By how much a list is ahead of another one in a measure, over the same customers, and the standard
    error of that mean. Fewer than two customers: no matter by how much, nobody knows (infinite)."""
    at = MEASURES.index(measure)
    total = sum(row["customers"] for row in rows)
    if total < 2:
        return 0.0, math.inf
    gaps = [
        (
            row["customers"],
            figures_of(row["bought"], row[one])[at] - figures_of(row["bought"], row[other])[at],
        )
        for row in rows
    ]
    mean = sum(count * gap for count, gap in gaps) / total
    spread = sum(count * (gap - mean) ** 2 for count, gap in gaps) / (total - 1)
    return mean, math.sqrt(spread / total)


@lru_cache(maxsize=10_000)
def figures_of(bought: int, places: int) -> tuple[float, float, float, float]:
    """MEASURES of one customer who bought so many products, from the bits of the places of the hits."""
    hits = [place for place in range(1, DEEP + 1) if places >> place & 1]
    short = [place for place in hits if place <= SHORT]
    best = sum(_gain(place) for place in range(1, min(bought, SHORT) + 1))
    return 1.0 if short else 0.0, len(short) / bought, len(hits) / bought, sum(map(_gain, short)) / best


def _gain(place: int) -> float:
    return 1 / math.log2(place + 1)
