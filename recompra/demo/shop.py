"""The whole shop, made chunk by chunk from a seed: memory stays flat, the same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from recompra.demo.catalogue import Catalogue, catalogue
from recompra.demo.layout import table
from recompra.demo.outlets import shops_of, stores
from recompra.demo.people import people
from recompra.demo.purchases import LAW, Law, Truth, baskets, lives, orders
from recompra.demo.sales import Rows, World, priced, rows
from recompra.demo.season import Season
from recompra.demo.twins import TRUTH, twins

CHUNK = 10_000
ORDERS_EACH = 50  # order numbers kept for a customer, on average far more than used


@dataclass(frozen=True)
class Shop:
    """What to make: how many customers, by which seed, over which days (`until` included).

    `first` numbers the customers from there on, and the orders too: a shop beside another one. `twice`: some
    customers are registered a second time, or have a relative (see `twins`), who made some of their orders.
    """

    customers: int
    seed: int
    until: date
    days: int = 3 * 365
    law: Law = LAW
    first: int = 0
    twice: bool = False

    @property
    def start(self) -> date:
        return self.until - timedelta(days=self.days - 1)


@dataclass(frozen=True)
class Piece:
    """One chunk: lines of the sales file sorted by time, and the truth about its customers."""

    sales: pa.Table
    truth: pa.Table
    orders: int
    twins: pa.Table


def pieces(shop: Shop) -> Iterator[Piece]:
    """The shop in chunks of 10,000 customers, each with its own stream of random numbers."""
    season = Season(shop.start, shop.until)
    goods = goods_of(shop)
    world = World(season, goods, stores(shop.customers), shop.law)
    first_order = 1 + shop.first * ORDERS_EACH
    for chunk, first in enumerate(range(0, shop.customers, CHUNK), 1):
        rng = np.random.default_rng([shop.seed, chunk])
        count = min(CHUNK, shop.customers - first)
        folk = people(shop.first + first, count, seed=shop.seed, until=shop.until, rng=rng)
        truth = lives(count, season, shop.law, rng)
        bought = orders(truth, season, shop.law, rng)
        lines = baskets(bought, truth, goods, rng)
        outlets = shops_of(bought, folk["city_index"].to_numpy(), world.where, rng)
        money = priced(bought, lines, outlets, world=world, rng=rng)
        found = rows(bought, lines, outlets, money=money, world=world, rng=rng)
        everybody, who_is_who = twice(folk, shop, shop.first + first)
        if shop.twice:
            shared_out(found, everybody)
        sales = table(found, everybody, world, first_order)
        yield Piece(sales, told(truth, folk, season), len(bought.day), who_is_who)
        first_order += len(bought.day)


def goods_of(shop: Shop) -> Catalogue:
    """What the shop sells; the same each time."""
    size = int(np.clip(shop.customers * 3 // 20, 300, 2000))
    return catalogue(
        size, shop.start, Season(shop.start, shop.until).days, np.random.default_rng([shop.seed, 0])
    )


def twice(folk: pa.Table, shop: Shop, first: int) -> tuple[pa.Table, pa.Table]:
    """(the people with those registered twice behind them, who is who)."""
    if not shop.twice:
        return folk, TRUTH.empty_table()
    more, truth = twins(folk, first, seed=shop.seed)
    return pa.concat_tables([folk.append_column("of", pa.nulls(len(folk), pa.int64())), more]), truth


def shared_out(found: Rows, everybody: pa.Table) -> None:
    """Every second order of who is there twice is the second one's."""
    of = everybody["of"].to_numpy(zero_copy_only=False)
    second = np.arange(len(of), dtype=np.int64)
    places = np.flatnonzero(~np.isnan(of))
    second[of[places].astype(np.int64)] = places
    moves = (found.customer >= 0) & (found.order % 2 == 1)
    found.customer[moves] = second[found.customer[moves]]


def told(truth: Truth, folk: pa.Table, season: Season) -> pa.Table:
    """The truth as a file: one row per customer; rates are purchases (drop-outs) per day of mean season."""
    day = np.datetime64(season.start, "D")
    return pa.table(
        {
            "codigo_cliente": folk["customer"],
            "rate_per_day": truth.rate,
            "dropout_rate_per_day": truth.dropout_rate,
            "first_on": pa.array(day + np.floor(truth.first).astype(np.int64)),
            "dropped_out_on": pa.array(day + np.minimum(np.floor(truth.dropout), 2e5).astype(np.int64)),
            "alive_at_end": pa.array(truth.dropout > season.days),
            "extra_lines_per_order": truth.extra_lines,
            "orders_next_90_days": truth.next_90,
            "orders_next_365_days": truth.next_365,
        }
    )
