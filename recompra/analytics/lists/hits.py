"""The measures of a list, from the grouped counts of `list_hits`: plain Python, no engine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DEEP, SHORT = 20, 10


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


def measured(rows: Iterable[Mapping[str, Any]]) -> Hits | None:
    """The measures from the rows of `list_hits`; None without customers."""
    found = list(rows)
    total = sum(row["customers"] for row in found)
    if not total:
        return None
    sums = [0.0, 0.0, 0.0, 0.0]
    for row in found:
        hits = [place for place in range(1, DEEP + 1) if row["places"] >> place & 1]
        short = [place for place in hits if place <= SHORT]
        best = sum(_gain(place) for place in range(1, min(row["bought"], SHORT) + 1))
        figures = (
            1.0 if short else 0.0,
            len(short) / row["bought"],
            len(hits) / row["bought"],
            sum(map(_gain, short)) / best,
        )
        sums = [one + row["customers"] * figure for one, figure in zip(sums, figures, strict=True)]
    hit, recall, recall_20, ndcg = (one / total for one in sums)
    return Hits(total, hit, recall, recall_20, ndcg)


def _gain(place: int) -> float:
    return 1 / math.log2(place + 1)
