"""How a constant of the lists is chosen by the shop's own past."""

from __future__ import annotations

from collections.abc import Sequence

from recompra.analytics.lists.hits import Row, ahead, measured

MEASURE = "ndcg_10"


def chosen(rows: Sequence[Row], places: Sequence[str]) -> int:
    """The position of the choice to make, of choices in the order of preference, by the grouped counts of
    their hits (one column each).

    The first one that is not behind the best by more than one standard error of their difference, over the
    same customers: what chance alone may have put ahead changes nothing from one day to the next. Without
    customers the first.
    """
    gains = [measured(rows, place).ndcg_10 for place in places]
    best = places[gains.index(max(gains))]
    for number, place in enumerate(places):
        behind, error = ahead(rows, MEASURE, best, place)
        if behind <= error:
            return number
    return places.index(best)
