"""What the customers buy, and the truth behind it.

The law of each customer is Pareto/NBD (Schmittlein, Morrison & Colombo 1987) on the season's clock:
purchases are Poisson at an own rate (gamma over customers) from the first one until an own, unseen drop-out
(exponential in calendar time, its rate gamma over customers). What is bought: personal repeat products, each
again when its own cycle has passed, and other things from groups one likes, by popularity among what was
already launched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recompra.demo.catalogue import Catalogue, Ints
from recompra.demo.season import Floats, Season

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Law:
    """The parameters of the process, rates per day. Changing one changes every file that a seed makes."""

    rate_shape: float = 0.75
    rate_mean: float = 1 / 85
    dropout_shape: float = 1.2
    dropout_mean: float = 1 / 260
    extra_lines_shape: float = 1.6
    extra_lines_mean: float = 1.35
    regulars: float = 0.35  # share of first purchases that fall into the first four months: customers of old
    growth: float = 0.35  # how many times more new customers a day at the end than at the start, minus 1
    anonymous: float = 0.22  # sales without a customer, per sale with one
    returns: float = 0.025  # share of lines brought back
    cancelled: float = 0.012  # share of orders
    inflation: float = 0.045  # of prices, a year


LAW = Law()


class Truth(NamedTuple):
    """What no file of the shop says. Rates per day on the mean day; times in days since the start."""

    rate: Floats
    dropout_rate: Floats
    first: Floats
    dropout: Floats
    extra_lines: Floats
    next_90: Ints  # orders really placed in the 90 and 365 days after the end
    next_365: Ints


class Orders(NamedTuple):
    """Orders by customer and time. `customer` is the position in the chunk, -1 without one; times in days."""

    customer: Ints
    day: Floats


class Lines(NamedTuple):
    """Lines sorted by order: position of the order, number of the product."""

    order: Ints
    product: Ints


def lives(count: int, season: Season, law: Law, rng: np.random.Generator) -> Truth:
    """Draw each customer's law and what it does after the end."""
    rate = rng.gamma(law.rate_shape, law.rate_mean / law.rate_shape, count)
    dropout_rate = rng.gamma(law.dropout_shape, law.dropout_mean / law.dropout_shape, count)
    end = float(season.clock(float(season.days)))
    regular = rng.random(count) < law.regulars
    share = rng.random(count)
    share = (np.sqrt(1 + share * ((1 + law.growth) ** 2 - 1)) - 1) / law.growth  # density growing linearly
    first = season.calendar(np.where(regular, share * min(120.0, end / 6), share * end))
    dropout = first + rng.exponential(1.0, count) / np.maximum(dropout_rate, 1e-9)
    later = []
    for since, until in ((0, 90), (90, 365)):
        ends = np.clip(dropout, season.days + since, season.days + until)
        later.append(rng.poisson(rate * (season.clock(ends) - season.clock(float(season.days + since)))))
    extra = rng.gamma(law.extra_lines_shape, law.extra_lines_mean / law.extra_lines_shape, count)
    return Truth(rate, dropout_rate, first, dropout, extra, later[0], later[0] + later[1])


def orders(truth: Truth, season: Season, law: Law, rng: np.random.Generator) -> Orders:
    """Every customer's orders up to the end, then the sales without a customer."""
    begin = season.clock(truth.first)
    length = season.clock(np.minimum(truth.dropout, season.days)) - begin
    repeats = rng.poisson(truth.rate * length)
    owner = np.repeat(np.arange(len(repeats)), repeats)
    again = season.calendar(begin[owner] + rng.random(len(owner)) * length[owner])
    customer = np.concatenate([np.arange(len(repeats)), owner])
    day = np.concatenate([truth.first, again])
    order = np.lexsort((day, customer))
    unknown = rng.poisson(law.anonymous * len(customer))
    walk_in = np.sort(season.calendar(rng.random(unknown) * season.clock(float(season.days))))
    return Orders(
        np.concatenate([customer[order], np.full(unknown, -1)]), np.concatenate([day[order], walk_in])
    )


def baskets(bought: Orders, truth: Truth, goods: Catalogue, rng: np.random.Generator) -> Lines:
    """What is in each order: the repeat products that are due, and other things. At least one line each."""
    known = bought.customer >= 0
    parts = [due(bought, truth, goods, rng) for _ in range(2)]
    lines = np.bincount(np.concatenate([part.order for part in parts]), minlength=len(bought.day))
    extra = np.where(known, truth.extra_lines[bought.customer], 0.5)
    more = rng.poisson(extra)
    more = np.where(lines + more == 0, 1, more)
    order = np.repeat(np.arange(len(more)), more)
    taste = rng.integers(0, len(goods.edges) - 1, len(truth.rate))
    parts.append(Lines(order, wanted(bought, order, taste, goods, rng)))
    position = np.concatenate([part.order for part in parts])
    product = np.concatenate([part.product for part in parts])
    sort = np.argsort(position, kind="stable")
    return Lines(position[sort], product[sort])


def due(bought: Orders, truth: Truth, goods: Catalogue, rng: np.random.Generator) -> Lines:
    """One repeat product per customer that has one: in the first order, then when its cycle has passed."""
    repeatable = np.flatnonzero((goods.cycle > 0) & (goods.launch < 0))
    favourite = np.where(rng.random(len(truth.rate)) < 0.5, rng.choice(repeatable, len(truth.rate)), -1)
    product = np.where(bought.customer >= 0, favourite[bought.customer], -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        age = np.floor((bought.day - truth.first[bought.customer]) / goods.cycle[product])
    same = np.concatenate([[False], bought.customer[1:] == bought.customer[:-1]])
    passed = np.concatenate([[True], age[1:] != age[:-1]]) | ~same
    order = np.flatnonzero((product >= 0) & passed)
    return Lines(order, product[order])


def wanted(bought: Orders, order: Ints, taste: Ints, goods: Catalogue, rng: np.random.Generator) -> Ints:
    """A product for each line, by popularity: half of them from the group the customer likes."""
    customer = bought.customer[order]
    sizes = np.diff(goods.edges)
    anything = np.searchsorted(np.cumsum(sizes) / sizes.sum(), rng.random(len(order)))
    loyal = (rng.random(len(order)) < 0.5) & (customer >= 0)
    group = np.where(loyal, taste[customer], anything)
    product = drawn(group, goods, rng)
    for _ in range(2):
        early = np.flatnonzero(goods.launch[product] > bought.day[order])
        product[early] = drawn(group[early], goods, rng)
    return np.where(goods.launch[product] > bought.day[order], goods.edges[group], product)


def drawn(group: Ints, goods: Catalogue, rng: np.random.Generator) -> Ints:
    """A product of each given group, by popularity."""
    reach = goods.weight + np.repeat(np.arange(len(goods.edges) - 1), np.diff(goods.edges))
    product = np.searchsorted(reach, group + rng.random(len(group)), side="right")
    return np.minimum(product, goods.edges[group + 1] - 1)
