"""What the sales of the people found are worth."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recompra.analytics.found_value import found_value
from recompra.analytics.identified_sales import identified_sales
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import buyers, everybody, sales
from recompra.dashboards.customers.share import mean
from recompra.dashboards.customers.stretches import GRAINS, VIEWS, short, stretches, whole
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Bar, bars
from recompra.theme.formats import brl, brlk, num
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine

ALL, BUYERS = "encontrados", "compraram"


def count(facts: Engine, asked: Asked) -> Counted:
    orders, found = asked.orders(), everybody(asked)
    one = found_value(orders, found, since=asked.since, until=asked.until, store_keys=asked.stores)
    months = identified_sales(
        orders, since=asked.since, until=asked.until, grain=GRAINS[TILE.by(asked)],
        store_keys=asked.stores, among=found,
    )  # fmt: skip
    steps = months.group_by("starts_on").agg(
        orders=months.identified_sales.sum().cast("int64"),
        sold=months.identified_sold.sum().cast("decimal(18, 2)"),
    )
    return {"value": facts.rows(one), "stretches": facts.rows(steps.order_by("starts_on"))}


def show(counted: Counted, asked: Asked) -> Shown:
    one = counted["value"][0]
    if not one["orders"]:
        return Shown(is_empty=True)
    bought = _("%(buyers)s of %(people)s people found bought") % {
        "buyers": num(one["buyers"]),
        "people": num(one["people"]),
    }
    count_told = ngettext("%(n)s sale", "%(n)s sales", one["orders"]) % {"n": num(one["orders"])}
    return Shown(
        figures=(
            Figure(_("Mean value per sale"), brl(one["aov"]), count_told),
            Figure(_("Mean per customer who bought"), brl(one["per_buyer"]), bought, BUYERS),
            Figure(_("Mean per person found"), brl(one["per_person"]), _("those who did not buy, too"), ALL),
            Figure(
                _("Value of the sales"),
                brlk(one["sold"]),
                _("%(net)s without returns") % {"net": brl(one["net"])},
            ),
        ),
        drawn=(_drawn(counted["stretches"], asked),),
        table=_table(counted["stretches"], one, asked),
    )  # fmt: skip


def _drawn(rows: Rows, asked: Asked) -> Drawn:
    grain = GRAINS[TILE.by(asked)]
    found = {row["starts_on"]: row for row in rows}
    data = []
    for first in stretches(asked.since, asked.until, grain):
        row = found.get(first, {"orders": 0, "sold": 0})
        value = mean(row["sold"], row["orders"])
        told = {"when": whole(first, grain), "mean": brl(value), "sales": num(row["orders"])}
        tip = _("%(when)s: %(mean)s per sale, %(sales)s sales") % told
        data.append(Bar(short(first, grain), value or 0, tip))
    title = _("Mean value per sale")
    return Drawn(title, bars(title, _("In R$, of the sales of the people found."), data, now_from=0))


def _table(rows: Rows, one: dict[str, Any], asked: Asked) -> Table:
    grain = GRAINS[TILE.by(asked)]
    columns = (
        Column(_("Stretch"), width=26),
        Column(_("Sales"), Kind.INTEGER),
        Column(_("Value of the sales"), Kind.MONEY, 18),
        Column(_("Mean value per sale"), Kind.MONEY, 18),
    )
    lines = [
        Line((whole(row["starts_on"], grain), row["orders"], row["sold"], mean(row["sold"], row["orders"])))
        for row in reversed(rows)
        if row["orders"]
    ]
    return Table(columns, lines, Line((_("Total"), one["orders"], one["sold"], one["aov"]), BUYERS))


def people(asked: Asked, part: str) -> Behind:
    found = everybody(asked)
    if part == ALL:
        return Behind(found, _("People found"))
    if part != BUYERS:
        raise KeyError(part)
    bought = buyers(sales(asked)).semi_join(found, "customer_key")
    return Behind(bought, _("People found who bought in the period"))


TILE = Tile(
    code="valor",
    order=15,
    title=gettext_lazy("Value of the sales of the people found"),
    question=gettext_lazy("What is a sale to these people worth, on the mean?"),
    how=gettext_lazy(
        "The people found are those of the segment and of the stores chosen (where each one buys most). "
        "Their sales of the period in these stores, not cancelled: value divided by sales. Per customer "
        "and per person returns are taken off."
    ),
    empty=gettext_lazy(
        "The people found bought nothing in this period: choose a longer one or other people."
    ),
    count=count,
    show=show,
    people=people,
    views=VIEWS,
)
