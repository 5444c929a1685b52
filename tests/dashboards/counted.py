"""Plain counts in Python over a list of sales: what the dashboard's figures must come to."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tests import twelve_orders

Who = int | str


@dataclass(frozen=True)
class Sold:
    """One order that was not cancelled: a sale or (is_return) a return, whose net is negative."""

    who: Who | None
    store: str
    day: dt.date
    net: Decimal
    is_return: bool = False


def of_the_twelve(today: dt.date) -> list[Sold]:
    names = {twelve_orders.CENTRO: "Loja Centro", twelve_orders.ONLINE: "Loja Online"}
    return [
        Sold(
            order.customer,
            names[order.store],
            today - dt.timedelta(days=order.days_ago),
            sum((line.net for line in order.lines), Decimal(0)),
            order.kind == "return",
        )
        for order in twelve_orders.ORDERS
        if not order.is_cancelled
    ]


def of_the_file(path: Path) -> list[Sold]:
    """The orders of a file of the demonstration shop."""
    first: dict[str, dict[str, str]] = {}
    net: dict[str, Decimal] = defaultdict(Decimal)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["situacao"] == "cancelado":
                continue
            first.setdefault(row["pedido"], row)
            price, discount = _money(row["preco_unitario"]), _money(row["desconto"])
            net[row["pedido"]] += _cents(_money(row["quantidade"]) * price - discount)
    return [
        Sold(
            row["codigo_cliente"] or None,
            row["loja"],
            _day(row["data_venda"]),
            net[order],
            row["tipo"] == "devolução",
        )
        for order, row in first.items()
    ]


def registered(path: Path) -> int:
    """How many customers such a file names, those of cancelled orders, too."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return len({row["codigo_cliente"] for row in csv.DictReader(file, delimiter=";")} - {""})


def _day(text: str) -> dt.date:
    day, month, year = text[:10].split("/")
    return dt.date(int(year), int(month), int(day))


def _money(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def within(sold: Iterable[Sold], since: dt.date, until: dt.date, store: str = "") -> list[Sold]:
    return [one for one in sold if since <= one.day <= until and store in ("", one.store)]


def mean(money: Decimal, count: int) -> Decimal:
    return _cents(money / count)


@dataclass(frozen=True)
class Business:
    buyers: int
    orders: int
    aov: Decimal
    per_buyer: Decimal
    mean_ltv: Decimal
    repeaters: int


def business(everything: list[Sold], since: dt.date, until: dt.date, store: str = "") -> Business:
    inside = [one for one in within(everything, since, until, store) if one.who is not None]
    sales = [one for one in inside if not one.is_return]
    days = defaultdict(set)
    for one in sales:
        days[one.who].add(one.day)
    ever = [one.net for one in within(everything, dt.date.min, until, store) if one.who in days]
    bought = sum(one.net for one in sales)
    net = sum(one.net for one in inside if one.who in days)
    return Business(
        buyers=len(days),
        orders=len(sales),
        aov=mean(Decimal(bought), len(sales)),
        per_buyer=mean(Decimal(net), len(days)),
        mean_ltv=mean(sum(ever, Decimal(0)), len(days)),
        repeaters=sum(1 for seen in days.values() if len(seen) > 1),
    )


def identified(everything: list[Sold], since: dt.date, until: dt.date) -> dict[str, tuple[int, int, Decimal]]:
    """{store: (sales, identified ones, value of all)}."""
    found: dict[str, tuple[int, int, Decimal]] = {}
    for one in within(everything, since, until):
        if not one.is_return:
            sales, known, value = found.get(one.store, (0, 0, Decimal(0)))
            found[one.store] = (sales + 1, known + (one.who is not None), value + one.net)
    return found


def per_month(everything: list[Sold], since: dt.date, until: dt.date) -> dict[dt.date, tuple[int, int, int]]:
    """{first of the month: (buyers, new ones, sales)}."""
    known = [one for one in everything if one.who is not None and not one.is_return and one.day <= until]
    first: dict[Who, dt.date] = {}
    for one in known:
        assert one.who is not None
        first[one.who] = min(one.day, first.get(one.who, one.day))
    buyers = defaultdict(set)
    sales: Counter[dt.date] = Counter()
    for one in known:
        if one.day >= since:
            buyers[one.day.replace(day=1)].add(one.who)
            sales[one.day.replace(day=1)] += 1
    new = Counter(day.replace(day=1) for day in first.values() if day >= since)
    return {month: (len(buyers[month]), new[month], sales[month]) for month in sorted(buyers)}


def times(everything: list[Sold], since: dt.date, until: dt.date) -> dict[str, int]:
    """{class of purchases in words: buyers}."""
    days = defaultdict(set)
    for one in within(everything, since, until):
        if one.who is not None and not one.is_return:
            days[one.who].add(one.day)
    words = {1: "uma vez", 2: "2 vezes", 3: "3 vezes", 4: "4 vezes"}
    found: Counter[str] = Counter()
    for seen in days.values():
        many = len(seen)
        found[words.get(many, "5 a 9 vezes" if many < 10 else "10 vezes ou mais")] += 1
    return dict(found)
