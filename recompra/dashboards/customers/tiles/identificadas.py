"""Sales with and without an identified customer, by store, with the trend and the shop's target."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.identified_sales import identified_sales
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import buyers, sales
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.stretches import GRAINS, VIEWS, last_day, short, stretches, whole
from recompra.dashboards.customers.targets import Targets, targets_of
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Rank, Series, lines, ranking
from recompra.theme.formats import brl, num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import orders

MOST_STORES = 12
ALL = "todas"
SUMMED = ("sales", "identified_sales", "sold", "identified_sold")
Sum = dict[str, Any]


def count(facts: Engine, asked: Asked) -> Counted:
    table = identified_sales(
        orders, since=asked.since, until=asked.until, grain=GRAINS[TILE.by(asked)],
        store_keys=asked.stores, among=asked.among(),
    )  # fmt: skip
    return {"sales": facts.rows(table)}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["sales"]
    if not rows:
        return Shown(is_empty=True)
    everything, stores = _sum(rows), _by(rows, "store_key")
    targets = targets_of(stores)
    now = targets.on(asked.today)
    target = _of_all(now, stores)
    known = everything["identified_sales"]
    unknown = everything["sales"] - known
    return Shown(
        figures=(
            Figure(
                _("Sales with an identified customer"),
                pct(_share(everything)),
                _("%(part)s of %(all)s sales") % {"part": num(known), "all": num(everything["sales"])},
                part=ALL,
            ),
            Figure(
                _("Sales without one"), num(unknown), brl(everything["sold"] - everything["identified_sold"])
            ),
            Figure(
                _("Their part of the value"),
                pct(ratio(everything["identified_sold"], everything["sold"])),
                brl(everything["identified_sold"]),
            ),
            Figure(
                _("Target"), pct(target) if target is not None else _("none set"), _told(everything, target)
            ),
        ),
        drawn=(_trend(rows, asked, targets), *_stores_drawn(stores, asked, now)),
        table=_table(stores, everything, asked, now, target),
    )


def _sum(rows: Rows) -> Sum:
    return {name: sum((row[name] for row in rows), Decimal(0) if "sold" in name else 0) for name in SUMMED}


def _by(rows: Rows, column: str) -> dict[Any, Sum]:
    """The sums for each value of a column, in its order."""
    parts: dict[Any, Rows] = defaultdict(list)
    for row in rows:
        parts[row[column]].append(row)
    return {key: _sum(parts[key]) for key in sorted(parts)}


def _share(one: Sum) -> Decimal | None:
    return ratio(one["identified_sales"], one["sales"])


def _of_all(targets: dict[int, Decimal], stores: dict[int, Sum]) -> Decimal | None:
    """The target of these stores together: theirs, weighed by their sales; None where one has none."""
    if not stores or set(stores) - set(targets):
        return None
    return ratio(sum(targets[key] * one["sales"] for key, one in stores.items()),
                  sum(one["sales"] for one in stores.values()))  # fmt: skip


def _told(whole: Sum, target: Decimal | None) -> str:
    share = _share(whole)
    if target is None or share is None:
        return ""
    apart = share - target
    points = num(abs(apart) * 100, 1)
    if apart >= 0:
        return _("%(points)s points above it") % {"points": points}
    return _("%(points)s points below it") % {"points": points}


def _trend(rows: Rows, asked: Asked, targets: Targets) -> Drawn:
    """The share in each stretch of the period, and the target of the stores that sold in it."""
    grain = GRAINS[TILE.by(asked)]
    firsts = stretches(asked.since, asked.until, grain)
    sold: dict[dt.date, dict[int, Sum]] = {first: {} for first in firsts}
    for row in rows:
        sold[row["starts_on"]][row["store_key"]] = row
    sums = [_sum(list(sold[first].values())) for first in firsts]
    usual = _by(rows, "store_key")  # weighs the targets where nothing was sold
    wanted = [_of_all(targets.on(last_day(first, grain)), sold[first] or usual) for first in firsts]
    tips = [
        _tip(whole(first, grain), one, goal) for first, one, goal in zip(firsts, sums, wanted, strict=True)
    ]
    series = [Series(_("identified"), [_share(one) for one in sums], area=True)]
    key = [("", _("sales with an identified customer"))]
    if any(goal is not None for goal in wanted):
        series.append(Series(_("target"), wanted, "second"))
        key.append(("second", _("target")))
    chart = lines(
        _("Share of sales with an identified customer"), _("Over the period, in percent of the sales."),
        [short(first, grain) for first in firsts], series, tips=tips, axis=lambda value: pct(value, 0),
    )  # fmt: skip
    return Drawn(_("Share over the period"), chart, key)


def _tip(label: str, one: Sum, goal: Decimal | None) -> str:
    told = {
        "when": label,
        "share": pct(_share(one)),
        "part": num(one["identified_sales"]),
        "all": num(one["sales"]),
    }
    if goal is None:
        return _("%(when)s: %(share)s, %(part)s of %(all)s sales") % told
    return _("%(when)s: %(share)s, %(part)s of %(all)s sales; target %(goal)s") % {**told, "goal": pct(goal)}


def _stores_drawn(stores: dict[int, Sum], asked: Asked, targets: dict[int, Decimal]) -> Iterable[Drawn]:
    """The stores that sold most, a bar each; nothing for a single one."""
    if len(stores) < 2:
        return
    biggest = sorted(stores, key=lambda key: (-stores[key]["sales"], key))[:MOST_STORES]
    data = []
    for key in biggest:
        share, goal = _share(stores[key]), targets.get(key)
        css = "brand" if goal is None or share is None else "champ" if share >= goal else "warn"
        name = asked.store_names.get(key, str(key))
        data.append(Rank(name, share or 0, pct(share), _tip(name, stores[key], goal), css))
    title = _("By store") if len(stores) <= MOST_STORES else _("The stores that sold most")
    chart = ranking(title, _("Share of the sales with an identified customer."), data, most=1)
    yield Drawn(title, chart)


def _table(
    stores: dict[int, Sum], everything: Sum, asked: Asked, targets: dict[int, Decimal], target: Decimal | None
) -> Table:
    columns = (
        Column(_("Store"), width=28),
        Column(_("Sales"), Kind.INTEGER),
        Column(_("Identified"), Kind.INTEGER),
        Column(_("Share"), Kind.SHARE),
        Column(_("Target"), Kind.SHARE),
        Column(_("Value of the sales"), Kind.MONEY, 18),
        Column(_("Value identified"), Kind.MONEY, 18),
        Column(_("Share of the value"), Kind.SHARE),
    )

    def values(name: str, one: Sum, goal: Decimal | None) -> tuple[Any, ...]:
        return (
            name, one["sales"], one["identified_sales"], _share(one), goal, one["sold"],
            one["identified_sold"], ratio(one["identified_sold"], one["sold"]),
        )  # fmt: skip

    named = sorted((asked.store_names.get(key, str(key)), key) for key in stores)
    found = [Line(values(name, stores[key], targets.get(key)), f"{key}") for name, key in named]
    return Table(columns, found, Line(values(_("Total"), everything, target), ALL))


def people(asked: Asked, part: str) -> Behind:
    """The identified customers who bought: in all the stores, or in one."""
    if part == ALL:
        return Behind(buyers(sales(asked)), _("Identified customers of these sales"))
    key = asked.store(part)
    told = _("Identified customers of the sales of %(store)s") % {"store": asked.store_names[key]}
    return Behind(buyers(sales(asked, stores=[key])), told)


TILE = Tile(
    code="identificadas",
    order=20,
    title=gettext_lazy("Sales with an identified customer"),
    question=gettext_lazy("How many of our sales do we know the customer of, in each store?"),
    how=gettext_lazy(
        "Sales of the period that were not cancelled, returns left out; identified are those with a "
        "customer. With a segment chosen, identified are only the sales to its people. The target of "
        "several stores is theirs, weighed by their sales."
    ),
    empty=gettext_lazy("There are no sales in this period: choose a longer one, or import the shop's sales."),
    count=count,
    show=show,
    people=people,
    views=VIEWS,
    is_wide=True,
)
