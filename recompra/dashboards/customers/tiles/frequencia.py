"""How many customers buy in each week, fortnight or month, and how often each of them comes."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.customer_frequency import CLASSES, customer_frequency, purchases_per_person
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import buyers, by_times, sales
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.stretches import GRAINS, VIEWS, last_day, short, stretches, whole
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Rank, Series, lines, ranking
from recompra.theme.formats import num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.theme.typed_days import day_of
from recompra.warehouse.contract import Engine

ALL, TIMES = "todos", "vezes-"


def count(facts: Engine, asked: Asked) -> Counted:
    orders, among = asked.orders(), asked.among()
    stretch = customer_frequency(
        orders, since=asked.since, until=asked.until, grain=GRAINS[TILE.by(asked)],
        store_keys=asked.stores, among=among,
    )  # fmt: skip
    classes = purchases_per_person(
        orders, since=asked.since, until=asked.until, store_keys=asked.stores, among=among
    )
    return {"stretches": facts.rows(stretch), "classes": facts.rows(classes)}


def show(counted: Counted, asked: Asked) -> Shown:
    classes = counted["classes"]
    if not classes:
        return Shown(is_empty=True)
    everybody = sum(row["buyers"] for row in classes)
    once = sum(row["buyers"] for row in classes if row["purchases"] == 1)
    new = sum(row["new_buyers"] for row in counted["stretches"])
    return Shown(
        figures=(
            Figure(_("Customers who bought"), num(everybody), part=ALL),
            Figure(_("New customers"), num(new), _("first purchase in the period")),
            Figure(_("Bought before"), num(everybody - new), pct(ratio(everybody - new, everybody))),
            Figure(
                _("Came once"), pct(ratio(once, everybody)), _("of who bought in the period"), f"{TIMES}1"
            ),
        ),
        drawn=(_over_time(counted["stretches"], asked), _how_often(classes)),
        table=_table(counted["stretches"], asked),
    )


def _over_time(rows: Rows, asked: Asked) -> Drawn:
    grain = GRAINS[TILE.by(asked)]
    firsts = stretches(asked.since, asked.until, grain)
    found = {row["starts_on"]: row for row in rows}
    shown = [found.get(first, {"buyers": 0, "new_buyers": 0, "returning_buyers": 0}) for first in firsts]
    tips = [
        _("%(when)s: %(buyers)s customers, %(new)s of them new")
        % {"when": whole(first, grain), "buyers": num(row["buyers"]), "new": num(row["new_buyers"])}
        for first, row in zip(firsts, shown, strict=True)
    ]
    series = [
        Series(_("all"), [row["buyers"] for row in shown], area=True),
        Series(_("new"), [row["new_buyers"] for row in shown], "second"),
    ]
    title = _("Customers who bought")
    chart = lines(
        title,
        _("How many different customers bought in each stretch of the period."),
        [short(first, grain) for first in firsts],
        series,
        tips=tips,
    )
    return Drawn(title, chart, [("", _("all who bought")), ("second", _("new ones"))])


def times_told(least: int) -> str:
    """The class of purchases that begins with this number, in words."""
    most = dict(pairwise(CLASSES)).get(least)
    if most is None:
        return _("%(n)s times or more") % {"n": least}
    if most - least > 1:
        return _("%(least)s to %(most)s times") % {"least": least, "most": most - 1}
    return _("once") if least == 1 else _("%(n)s times") % {"n": least}


def _how_often(rows: Rows) -> Drawn:
    title = _("How often each one bought")
    data = [
        Rank(
            times_told(row["purchases"]),
            row["share"],
            pct(row["share"]),
            _("%(times)s: %(buyers)s customers, %(share)s")
            % {
                "times": times_told(row["purchases"]),
                "buyers": num(row["buyers"]),
                "share": pct(row["share"]),
            },
        )
        for row in rows
    ]
    return Drawn(title, ranking(title, _("Different days with a purchase in the period."), data))


def _table(rows: Rows, asked: Asked) -> Table:
    grain = GRAINS[TILE.by(asked)]
    columns = (
        Column(_("Stretch"), width=26),
        Column(_("Customers"), Kind.INTEGER),
        Column(_("New customers"), Kind.INTEGER),
        Column(_("Bought before"), Kind.INTEGER),
        Column(_("Sales"), Kind.INTEGER),
        Column(_("Net value"), Kind.MONEY, 18),
    )
    names = ("buyers", "new_buyers", "returning_buyers", "orders", "net")

    def line(row: dict[str, Any]) -> Line:
        day: dt.date = row["starts_on"]
        return Line((whole(day, grain), *(row[name] for name in names)), day.isoformat())

    return Table(columns, [line(row) for row in reversed(rows)])


def people(asked: Asked, part: str) -> Behind:
    if part == ALL:
        return Behind(buyers(sales(asked)), _("Customers who bought in the period"))
    if part.startswith(TIMES):
        least = int(part.removeprefix(TIMES))
        if least not in CLASSES:
            raise Http404
        most = dict(pairwise(CLASSES)).get(least)
        title = _("Bought %(times)s in the period") % {"times": times_told(least)}
        return Behind(by_times(sales(asked), least, most - 1 if most else None), title)
    grain, first = GRAINS[TILE.by(asked)], day_of(part)
    if first is None or first not in stretches(asked.since, asked.until, grain):
        raise Http404
    title = _("Customers who bought: %(when)s") % {"when": whole(first, grain)}
    return Behind(buyers(sales(asked, since=first, until=last_day(first, grain))), title)


TILE = Tile(
    code="frequencia",
    order=40,
    title=gettext_lazy("Customer frequency"),
    question=gettext_lazy("How many customers come, how many are new, and how often does each one come?"),
    how=gettext_lazy(
        "Different identified customers with a sale in each stretch. New are those whose first purchase "
        "ever, in the stores chosen, lies in it. A fortnight is the days 1 to 15 of a month, or 16 to its "
        "end; the first and the last stretch may be cut by the period. How often counts the days with a "
        "purchase."
    ),
    empty=gettext_lazy("No identified customer bought in this period: choose a longer one or other filters."),
    count=count,
    show=show,
    people=people,
    views=VIEWS,
    is_wide=True,
)
