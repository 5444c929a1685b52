"""The lines of a sales file: purchases with store, prices, discounts, returns and cancellations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recompra.demo.catalogue import Catalogue, Ints
from recompra.demo.outlets import ONLINE, Stores
from recompra.demo.purchases import Bools, Law, Lines, Orders
from recompra.demo.season import Season


@dataclass(frozen=True)
class World:
    """What all customers share: the calendar, the goods, the stores, the law."""

    season: Season
    goods: Catalogue
    where: Stores
    law: Law


@dataclass(frozen=True)
class Priced:
    """Money of each line in cents, by the line."""

    quantity: Ints
    price: Ints
    discount: Ints
    freight: Ints


def priced(bought: Orders, lines: Lines, shop: Ints, *, world: World, rng: np.random.Generator) -> Priced:
    """Prices of the day, quantities, discounts (one order in six, half on busy days), freight online."""
    day, season = bought.day[lines.order], world.season
    risen = world.goods.price[lines.product] * (1 + world.law.inflation) ** (day / 365.25)
    price = (risen / 10).astype(np.int64) * 10
    quantity = 1 + (rng.random(len(day)) < 0.11) + (rng.random(len(day)) < 0.04)
    whole = np.floor(bought.day)
    busy = season.clock(whole + 1) - season.clock(whole) > 2.2
    granted = rng.random(len(bought.day)) < np.where(busy, 0.5, 0.16)
    percent = np.where(granted, rng.integers(1, 7, len(bought.day)) * 5, 0)[lines.order]
    discount = price * quantity * percent // 100
    value = np.bincount(lines.order, price * quantity - discount, minlength=len(bought.day))
    freight = np.where((shop == ONLINE) & (value < 19_900), rng.integers(12, 35, len(value)) * 100 - 10, 0)
    first = np.concatenate([[True], lines.order[1:] != lines.order[:-1]])
    return Priced(quantity, price, discount, np.where(first, freight[lines.order], 0))


@dataclass(frozen=True)
class Rows:
    """The rows of the file before they get their texts: sales and returns, sorted by time.

    `order` is the number of the sale in the chunk, `line` its line; `back` marks that line coming back.
    """

    order: Ints
    line: Ints
    at: npt.NDArray[np.datetime64]
    customer: Ints
    shop: Ints
    product: Ints
    money: Priced
    cancelled: Bools
    back: Bools


def rows(
    bought: Orders, lines: Lines, shop: Ints, *, money: Priced, world: World, rng: np.random.Generator
) -> Rows:
    """Number the orders by time, cancel some, and let some single pieces come back."""
    at = world.season.instants(bought.day, rng.random(len(bought.day)))
    rank = np.empty(len(at), dtype=np.int64)
    rank[np.argsort(at, kind="stable")] = np.arange(len(at))
    cancelled = rng.random(len(at)) < world.law.cancelled * np.where(shop == ONLINE, 2, 0.7)
    later, returned = returns(at[lines.order], money, world, rng)
    returned &= ~cancelled[lines.order]
    line = np.arange(len(lines.order)) - np.searchsorted(lines.order, lines.order) + 1
    every = np.concatenate([np.arange(len(line)), np.flatnonzero(returned)])
    back = np.arange(len(every)) >= len(line)
    when = np.where(back, later[every], at[lines.order[every]])
    sort = np.lexsort((line[every], rank[lines.order[every]], when))
    every, back, when = every[sort], back[sort], when[sort]
    order = lines.order[every]
    return Rows(
        order=rank[order],
        line=line[every],
        at=when,
        customer=bought.customer[order],
        shop=shop[order],
        product=lines.product[every],
        money=settled(money, every, back),
        cancelled=cancelled[order],
        back=back,
    )


def returns(
    sold: npt.NDArray[np.datetime64], money: Priced, world: World, rng: np.random.Generator
) -> tuple[npt.NDArray[np.datetime64], Bools]:
    """(when each line would come back: 3 to 20 days later; which do: single pieces, before the end)."""
    later = sold + rng.integers(3, 21, len(sold)) * 86_400
    end = np.datetime64(world.season.start, "s") + world.season.days * 86_400
    return later, (rng.random(len(sold)) < world.law.returns) & (money.quantity == 1) & (later < end)


def settled(money: Priced, every: Ints, back: Bools) -> Priced:
    """The money of each row: a piece that comes back brings what was paid for it, without the freight."""
    return Priced(
        quantity=np.where(back, -1, money.quantity[every]),
        price=money.price[every] - np.where(back, money.discount[every], 0),
        discount=np.where(back, 0, money.discount[every]),
        freight=np.where(back, 0, money.freight[every]),
    )
