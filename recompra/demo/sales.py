"""The lines of a sales file: purchases with store, prices, discounts, returns and cancellations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recompra.demo.catalogue import Catalogue, Ints
from recompra.demo.people import joined, padded, picked
from recompra.demo.places import CITIES
from recompra.demo.purchases import Lines, Orders
from recompra.demo.season import Season

ONLINE = 0  # the first store is the online shop


@dataclass(frozen=True)
class Stores:
    """The online shop first, then the stores. `of_city` gives for each city the stores nearest to it."""

    name: list[str]
    city: list[str]
    state: list[str]
    of_city: list[list[int]]


def stores(customers: int) -> Stores:
    """From 3 stores for a small shop to one in every district of every city for a chain."""
    wanted = int(np.clip(customers // 1000 + 3, 3, 60))
    places = [
        (city, district)
        for depth in range(5)
        for city in CITIES
        for district in city.districts[depth : depth + 1]
    ]
    chosen = places[:wanted]
    names = ["Loja online", *(f"{city.name} {district}" for city, district in chosen)]
    nearest = []
    for city in CITIES:
        here = [n for n, (place, _) in enumerate(chosen, 1) if place.name == city.name]
        same_state = [n for n, (place, _) in enumerate(chosen, 1) if place.state == city.state]
        nearest.append(here or same_state or [])
    return Stores(names, ["", *(c.name for c, _ in chosen)], ["", *(c.state for c, _ in chosen)], nearest)


def decimals(cents: Ints) -> pa.Array:
    """Cents as exact DECIMAL(18,2), without a detour by text or float."""
    halves = np.empty((len(cents), 2), dtype=np.int64)
    halves[:, 0], halves[:, 1] = cents, cents >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(halves.tobytes())])


def shops_of(bought: Orders, city: Ints, where: Stores, rng: np.random.Generator) -> Ints:
    """The store of each order: customers have one nearby, or none, and like the online shop more or less."""
    home = np.array(
        [rng.choice(where.of_city[c]) if where.of_city[c] else ONLINE for c in city], dtype=np.int64
    )
    likes_online = np.where(home == ONLINE, 1.0, rng.beta(0.5, 1.6, len(city)))
    elsewhere = rng.integers(1, len(where.name), len(bought.day))
    draw, stray = rng.random((2, len(bought.day)))
    known = bought.customer >= 0
    visited = np.where(stray < 0.06, elsewhere, home[bought.customer])
    shop = np.where(draw < likes_online[bought.customer], ONLINE, visited)
    return np.where(known, shop, elsewhere)


@dataclass(frozen=True)
class Priced:
    """Money of each line in cents, by the line."""

    quantity: Ints
    price: Ints
    discount: Ints
    freight: Ints


def priced(
    bought: Orders,
    lines: Lines,
    shop: Ints,
    goods: Catalogue,
    season: Season,
    inflation: float,
    rng: np.random.Generator,
) -> Priced:
    """Prices of the day, quantities, discounts (one order in six, half on busy days), freight online."""
    day = bought.day[lines.order]
    price = (goods.price[lines.product] * (1 + inflation) ** (day / 365.25) / 10).astype(np.int64) * 10
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
    """The lines of the file before they get their texts: sales and returns, sorted by time.

    `order` is the number of the sale in the chunk, `line` its line; `back` marks that line coming back.
    """

    order: Ints
    line: Ints
    at: npt.NDArray[np.datetime64]
    customer: Ints
    shop: Ints
    product: Ints
    money: Priced
    cancelled: npt.NDArray[np.bool_]
    back: npt.NDArray[np.bool_]


def rows(
    bought: Orders,
    lines: Lines,
    shop: Ints,
    money: Priced,
    season: Season,
    cancelled_share: float,
    returned_share: float,
    rng: np.random.Generator,
) -> Rows:
    """Number the orders by time, cancel some, and let some single pieces come back 3 to 20 days later."""
    at = season.instants(bought.day, rng.random(len(bought.day)))
    rank = np.empty(len(at), dtype=np.int64)
    rank[np.argsort(at, kind="stable")] = np.arange(len(at))
    starts = np.searchsorted(lines.order, np.arange(len(at)))
    cancelled = rng.random(len(at)) < cancelled_share * np.where(shop == ONLINE, 2, 0.7)
    later = at[lines.order] + rng.integers(3, 21, len(lines.order)) * 86_400
    returned = rng.random(len(lines.order)) < returned_share
    returned &= (money.quantity == 1) & ~cancelled[lines.order]
    returned &= later < np.datetime64(season.start, "s") + season.days * 86_400
    every = np.concatenate([np.arange(len(lines.order)), np.flatnonzero(returned)])
    back = np.arange(len(every)) >= len(lines.order)
    order = lines.order[every]
    when = np.where(back, later[every], at[order])
    line = every - starts[order] + 1
    sort = np.lexsort((line, rank[order], when))
    every, back, order, when, line = every[sort], back[sort], order[sort], when[sort], line[sort]
    paid = money.price[every] - np.where(back, money.discount[every], 0)
    settled = Priced(
        quantity=np.where(back, -1, money.quantity[every]),
        price=paid,
        discount=np.where(back, 0, money.discount[every]),
        freight=np.where(back, 0, money.freight[every]),
    )
    return Rows(
        rank[order],
        line,
        when,
        bought.customer[order],
        shop[order],
        lines.product[every],
        settled,
        cancelled[order],
        back,
    )


def table(
    found: Rows, folk: pa.Table, goods: Catalogue, where: Stores, start: date, first_order: int
) -> pa.Table:
    """The file's columns with the names that a Brazilian shop's system gives them."""
    number = padded(found.order + first_order, 9)
    back = pa.array(found.back)
    suffix = joined("-D", pa.array(found.line).cast(pa.string()))
    who = pa.array(np.where(found.customer < 0, 0, found.customer), mask=found.customer < 0)
    person = {column: folk[column].combine_chunks().take(who) for column in PERSON.values()}
    launched = np.datetime64(start, "D") + goods.launch
    product = found.product
    columns = {
        "pedido": pc.if_else(back, joined(number, suffix), number),
        "item": pa.array(found.line),
        "data_venda": pa.array(found.at),
        "tipo": pc.if_else(back, "devolução", "venda"),
        "situacao": pc.if_else(pa.array(found.cancelled), "cancelado", "concluído"),
        "loja": picked(where.name, found.shop),
        "canal": pc.if_else(pa.array(found.shop == ONLINE), "online", "loja"),
        **{name: person[column] for name, column in PERSON.items()},
        "codigo_produto": picked(goods.code, product),
        "produto": picked(goods.name, product),
        "grupo": picked(goods.group, product),
        "marca": picked(goods.brand, product),
        "cor": pa.array(goods.color, pa.string()).take(pa.array(product)),
        "lancamento": pa.array(launched[product]),
        "quantidade": pa.array(found.money.quantity),
        "preco_unitario": decimals(found.money.price),
        "desconto": decimals(found.money.discount),
        "frete": decimals(found.money.freight),
    }
    return pa.table(columns)


PERSON = {
    "codigo_cliente": "customer",
    "nome": "name",
    "cpf": "cpf",
    "celular": "phone",
    "email": "email",
    "data_nascimento": "born",
    "sexo": "sex",
    "estado_civil": "marital",
    "cidade": "city",
    "uf": "state",
    "aceita_contato": "accepts",
}
