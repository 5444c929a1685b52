"""What one customer has, and what goes with the latest of it: two look-ups by the customer's key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import cycle
from typing import Any

import ibis
import ibis.expr.types as ir
from django.conf import settings

from recompra.analytics.lists.latest import LATEST
from recompra.analytics.taken import taken
from recompra.customers.xray.purchases import KEY
from recompra.customers.xray.recommended.shelf import Product, told
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import next_pairs, order_items, product_figures, product_pairs

_LAST = tuple(ibis.param("int64") for _place in range(LATEST))
"""Parameters, so that the question is compiled once; who has fewer products has some of them twice."""


@dataclass(frozen=True, slots=True)
class Had:
    """A product that the customer took home, as `analytics.taken` and `product_figures` tell of it. `step`:
    the next dearer one to offer instead, and how many customers took that one lately."""

    product: Product
    times: int
    first_on: dt.date
    last_on: dt.date
    weight: int
    weights: Mapping[int, int]
    is_offered: bool
    buyers: int
    chance: int
    group_chance: int | None
    repeat_rate: Decimal
    interval_days: int | None
    step: Product | None = None
    step_buyers: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A product that is bought together with one that the customer has, or after it. `people`: sales with
    both, or customers who took it after that one."""

    because: int
    product: Product
    people: int
    score: int


@dataclass(frozen=True)
class Own:
    """`known`: keys of every product that the customer ever bought, brought back or not. `pairs`: what goes
    with what they bought last; `following`: what follows it."""

    had: tuple[Had, ...] = ()
    known: frozenset[int] = field(default_factory=frozenset)
    pairs: tuple[Pair, ...] = ()
    following: tuple[Pair, ...] = ()


def own(key: int | None, today: dt.date) -> Own:
    """Of the customer with this key; nothing for who has none."""
    if key is None:
        return Own()
    facts = engine(settings.WAREHOUSE_URL)
    rows = facts.rows(_had(today), {KEY: key})
    known = frozenset(row["product_key"] for row in rows)
    had = tuple(_read(row) for row in rows if row["times"] is not None and row["is_offered"] is not None)
    last = _last(rows)
    asked = dict(zip(_LAST, cycle(last), strict=False))
    both = [_read_pairs(facts.rows(pairs, asked)) if last else () for pairs in (_pairs(), _following())]
    return Own(had, known, *both)


def _read_pairs(rows: Iterable[Mapping[str, Any]]) -> tuple[Pair, ...]:
    return tuple(Pair(row["because_key"], Product.of(row), row["people"], row["score"]) for row in rows)


def _read(row: Mapping[str, Any]) -> Had:
    return Had(
        product=Product.of(row),
        times=row["times"],
        first_on=row["taken_first_on"],
        last_on=row["taken_last_on"],
        weight=row["weight_90"],
        weights={days: row[f"weight_{days}"] for days in (30, 90, 360)},
        is_offered=row["is_offered"],
        buyers=row["buyers"],
        chance=row["chance"],
        group_chance=row["group_chance"],
        repeat_rate=row["repeat_rate"] or Decimal(0),
        interval_days=row["interval_days"],
        step=Product.of(row, "step_") if row["step_product_key"] is not None else None,
        step_buyers=row["step_buyers"] or 0,
    )


@lru_cache(maxsize=2)
def _had(today: dt.date) -> ir.Table:
    """Every product ever bought; without figures those that came back or that nobody knows any more."""
    items = order_items.filter(order_items.customer_key == KEY)
    bought = items.filter(
        items.product_key.notnull(), ~items.is_cancelled, items.ordered_on <= ibis.literal(today)
    )
    ever = bought.select("product_key").distinct()
    kept = taken(order_items, as_of=today, customer_key=KEY).select(
        "product_key",
        "weight_30",
        "weight_90",
        "weight_360",
        times="days",
        taken_first_on="first_on",
        taken_last_on="last_on",
    )
    figures = told(
        product_figures.select(
            "product_key",
            "group_name",
            "is_offered",
            "buyers",
            "chance",
            "group_chance",
            "repeat_rate",
            "interval_days",
            "price",
            "step_key",
        )
    )
    offered = product_figures.filter(product_figures.is_offered)
    steps = told(offered.select("product_key", "group_name", "price", "buyers"))
    steps = steps.select(**{f"step_{name}": steps[name] for name in steps.columns})
    with_kept = ever.left_join(kept, "product_key").drop("product_key_right")
    with_figures = with_kept.left_join(figures, "product_key").drop("product_key_right")
    return with_figures.left_join(steps, with_figures.step_key == steps.step_product_key)


@lru_cache(maxsize=1)
def _pairs() -> ir.Table:
    """What is bought together with `LATEST` products."""
    return _with(product_pairs.select("product_key", "other_key", "score", people="together"))


@lru_cache(maxsize=1)
def _following() -> ir.Table:
    """What follows them."""
    return _with(next_pairs.select("product_key", "other_key", "score", people="followed"))


def _with(table: ir.Table) -> ir.Table:
    pairs = table.filter(table.product_key.isin(list(_LAST)))
    met = pairs.select("people", "score", because_key="product_key", product_key="other_key")
    offered = product_figures.filter(product_figures.is_offered)
    return met.join(told(offered.select("product_key", "group_name", "price")), "product_key")


def _last(rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """The products that the customer bought last, as `analytics.together_products` orders them."""
    kept = [row for row in rows if row["times"] is not None]
    kept.sort(key=lambda row: (-row["taken_last_on"].toordinal(), -row["weight_90"], row["product_key"]))
    return [row["product_key"] for row in kept[:LATEST]]
