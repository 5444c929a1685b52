"""The lists of one customer, made of what the customer has and of what is known of the products.

They are those of `analytics.personal_products`, `due_products`, `together_products`, `following_products`,
`up_sell`, `cross_sell` and `new_products`, which make them for everybody; a test holds one to the other. In
one thing they differ: what the customer brought back is not offered as new.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from recompra.analytics.lists.expected import MEMORY, MILLION, THOUSAND, WEIGHT
from recompra.analytics.lists.rows import LIMIT
from recompra.analytics.own_products import TOO_LATE
from recompra.customers.xray.recommended.own import Had, Own, Pair
from recompra.customers.xray.recommended.shelf import Group, Placed, Product, Shelf

COMES_BACK = Decimal("0.05")


@dataclass(frozen=True)
class Pick:
    """A product to offer, the code of the reason (`analytics.lists.rows.REASONS`), and what it tells."""

    product: Product
    reason: str
    told: Mapping[str, Any] = field(default_factory=dict)


def personal(own: Own, shelf: Shelf, today: dt.date, memory: int = MEMORY) -> list[Pick]:
    """What the customer is likely to take next, of what they have and of what is popular."""
    offered = [had for had in own.had if had.is_offered]
    habit = sum(_faded(had, memory) for had in offered) if offered else MILLION
    tastes: dict[str, int] = defaultdict(int)
    for had in offered:
        tastes[had.product.group] += _faded(had, memory)
    mine = [
        (
            _own(had, memory) + _of_taste(had, habit, tastes),
            had.buyers,
            Pick(had.product, "again", {"times": had.times, "days": (today - had.last_on).days}),
        )
        for had in offered
    ]
    chances = {one.product.key: one.row["chance"] for one in shelf.placed["popular_place"]}
    new = [
        (_part(habit * chances[pick.product.key], MILLION), pick.told["people"], pick)
        for pick in popular(own, shelf)
    ]
    ranked = sorted([*mine, *new], key=lambda one: (-one[0], -one[1], one[2].product.key))
    return [pick for _score, _buyers, pick in ranked[:LIMIT]]


def _faded(had: Had, memory: int) -> int:
    return had.times * MILLION if memory == 0 else had.weights[memory]


def _of_taste(had: Had, habit: int, tastes: Mapping[str, int]) -> int:
    of_all = habit * had.chance
    of_group = of_all if had.group_chance is None else tastes[had.product.group] * had.group_chance
    return _part(of_all + of_group, 2 * MILLION)


def _own(had: Had, memory: int) -> int:
    of_thousand = _part((had.times - 1) * THOUSAND + int(had.repeat_rate * THOUSAND), had.times)
    return _part(_faded(had, memory) * of_thousand, THOUSAND)


def _part(above: int, below: int) -> int:
    """above / below, to the nearest whole number; halves up."""
    return (2 * above + below) // (2 * below)


def due(own: Own, today: dt.date) -> list[Pick]:
    """What the customer has probably used up by now."""
    late = [
        (had, lasts, days)
        for had in own.had
        if had.is_offered and had.interval_days
        for lasts, days in [(_lasts(had, had.interval_days), (today - had.last_on).days)]
        if lasts > 0 and lasts <= days < TOO_LATE * lasts and (had.times > 1 or had.repeat_rate >= COMES_BACK)
    ]
    late.sort(key=lambda one: (-one[0].times, -one[0].repeat_rate, one[2], one[0].product.key))
    return [
        Pick(had.product, "due", {"interval_days": lasts, "days": days, "times": had.times})
        for had, lasts, days in late[:LIMIT]
    ]


def together(own: Own) -> list[Pick]:
    """What others buy together with the products that the customer bought last."""
    return _that_go_with(own, own.pairs, "together")


def following(own: Own) -> list[Pick]:
    """What others took some time after the products that the customer bought last."""
    return _that_go_with(own, own.following, "next")


def _that_go_with(own: Own, pairs: Iterable[Pair], reason: str) -> list[Pick]:
    names = {had.product.key: had.product.name for had in own.had}
    met: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.product.key not in own.known:
            met[pair.product.key].append(pair)
    ranked = sorted(met, key=lambda key: (-sum(pair.score for pair in met[key]), key))
    best = [min(met[key], key=lambda pair: (-pair.score, pair.because)) for key in ranked[:LIMIT]]
    return [
        Pick(pair.product, reason, {"because": names.get(pair.because, ""), "people": pair.people})
        for pair in best
    ]


def up_sell(own: Own) -> list[Pick]:
    """The next price step of what the customer buys."""
    below: dict[int, Had] = {}
    for had in sorted(own.had, key=lambda had: (-had.weight, had.product.key)):
        if had.step is not None and had.step.key not in own.known:
            below.setdefault(had.step.key, had)
    ranked = sorted(below.items(), key=lambda one: (-one[1].weight, one[0]))
    return [
        Pick(had.step, "up_sell", {"because": had.product.name, "people": had.step_buyers})
        for _key, had in ranked[:LIMIT]
        if had.step is not None
    ]


def cross_sell(own: Own, shelf: Shelf) -> list[Pick]:
    """The groups that the customer lacks and buyers of the customer's groups buy."""
    mine = sorted({had.product.group for had in own.had if had.product.group})
    best: dict[str, tuple[str, Group]] = {}
    for name in mine:
        for other in shelf.groups.get(name, ()):
            if other.name in mine or other.product.key in own.known:
                continue
            if other.name not in best or other.share > best[other.name][1].share:
                best[other.name] = name, other
    ranked = sorted(best.values(), key=lambda one: (-one[1].share, one[1].product.key))
    return [
        Pick(other.product, "cross_sell", {"because": name, "share": other.share, "people": other.both})
        for name, other in ranked[:LIMIT]
    ]


def popular(own: Own, shelf: Shelf) -> list[Pick]:
    """What most customers bought lately."""
    return _new(own, shelf.placed["popular_place"], "popular", {"people": "buyers", "days": "popular_days"})


def satisfaction(own: Own, shelf: Shelf) -> list[Pick]:
    """What others most often bought again."""
    names = {"people": "ever_buyers", "share": "repeat_rate"}
    return _new(own, shelf.placed["satisfaction_place"], "satisfaction", names)


def novelties(own: Own, shelf: Shelf) -> list[Pick]:
    """What began to sell lately and sells well."""
    return _new(own, shelf.placed["novelty_place"], "novelty", {"people": "takers", "days": "days_on_sale"})


def _new(own: Own, placed: Iterable[Placed], reason: str, names: Mapping[str, str]) -> list[Pick]:
    new = [one for one in placed if one.product.key not in own.known]
    return [
        Pick(one.product, reason, {name: one.row[column] for name, column in names.items()})
        for one in new[:LIMIT]
    ]


def _lasts(had: Had, others: int) -> int:
    """How many days the product lasts the customer, drawn towards how long it lasts others; halves up."""
    return _part((had.last_on - had.first_on).days + WEIGHT * others, had.times - 1 + WEIGHT)
