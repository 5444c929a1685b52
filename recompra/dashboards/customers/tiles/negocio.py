"""The figures by which the business is watched, beside those of the period before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.business import business
from recompra.analytics.customer_frequency import customer_frequency
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import buyers, by_times, sales
from recompra.dashboards.customers.share import change
from recompra.dashboards.customers.stretches import short, stretches, whole
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Bar, bars
from recompra.theme.formats import brl, num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine

ALL, AGAIN = "compraram", "duas-vezes"
WATCHED: tuple[tuple[str, Callable[[Any], str], str | None], ...] = (
    ("aov", brl, None),
    ("orders_per_buyer", lambda value: num(value, 2), ALL),
    ("mean_ltv", brl, None),
    ("repeat_rate", pct, AGAIN),
)


def names() -> dict[str, str]:
    return {
        "aov": _("Average order value"),
        "orders_per_buyer": _("Purchase frequency"),
        "mean_ltv": _("Mean LTV"),
        "repeat_rate": _("Repurchase rate"),
    }


def count(facts: Engine, asked: Asked) -> Counted:
    orders, among = asked.orders(), asked.among()
    both = business(orders, since=asked.since, until=asked.until, store_keys=asked.stores, among=among)
    months = customer_frequency(
        orders, since=asked.since, until=asked.until, store_keys=asked.stores, among=among
    )
    return {"periods": facts.rows(both), "months": facts.rows(months)}


def show(counted: Counted, asked: Asked) -> Shown:
    before, now = counted["periods"]
    if not now["buyers"]:
        return Shown(is_empty=True)
    titles = names()
    figures = [
        Figure(titles[name], told(now[name]), _beside(now[name], before[name], told), part)
        for name, told, part in WATCHED
    ]
    return Shown(figures, (_drawn(counted["months"], asked),), _table(counted["periods"]))


def _beside(now: Any, before: Any, told: Callable[[Any], str]) -> str:
    """Against the period before."""
    if before is None:
        return _("nothing to compare before")
    grown = change(now, before)
    if grown is None:
        return _("before: %(before)s") % {"before": told(before)}
    signed = f"+{pct(grown, 0)}" if round(grown * 100) > 0 else pct(grown, 0)
    return _("%(change)s; before: %(before)s") % {"change": signed, "before": told(before)}


def _drawn(rows: Rows, asked: Asked) -> Drawn:
    """Sales per customer and month: how often who came bought."""
    found = {row["starts_on"]: row for row in rows}
    data = []
    for first in stretches(asked.since, asked.until, "month"):
        row = found.get(first, {"orders": 0, "buyers": 0, "net": 0})
        told = {
            "when": whole(first, "month"),
            "net": brl(row["net"]),
            "sales": num(row["orders"]),
            "buyers": num(row["buyers"]),
        }
        tip = _("%(when)s: %(net)s, %(sales)s sales to %(buyers)s customers") % told
        data.append(Bar(short(first, "month"), row["net"], tip))
    title = _("Bought by identified customers")
    return Drawn(title, bars(title, _("Net value per month, in R$."), data, now_from=0))


def _table(rows: Rows) -> Table:
    columns = (
        Column(_("From"), Kind.DAY),
        Column(_("To"), Kind.DAY),
        Column(_("Customers"), Kind.INTEGER),
        Column(_("Sales"), Kind.INTEGER),
        Column(_("Net value"), Kind.MONEY, 18),
        Column(_("Average order value"), Kind.MONEY, 18),
        Column(_("Sales per customer"), Kind.QUANTITY),
        Column(_("Mean LTV"), Kind.MONEY, 18),
        Column(_("Bought twice or more"), Kind.INTEGER),
        Column(_("Repurchase rate"), Kind.SHARE),
        Column(_("Had bought before"), Kind.INTEGER),
        Column(_("Share of these"), Kind.SHARE),
    )
    order = (
        "starts_on", "ends_on", "buyers", "orders", "net", "aov", "orders_per_buyer", "mean_ltv",
        "repeat_buyers", "repeat_rate", "returning_buyers", "returning_rate",
    )  # fmt: skip
    parts = (None, ALL)
    return Table(
        columns,
        [Line(tuple(row[name] for name in order), part) for row, part in zip(rows, parts, strict=True)][::-1],
    )


def people(asked: Asked, part: str) -> Behind:
    if part == ALL:
        return Behind(buyers(sales(asked)), _("Customers who bought in the period"))
    if part != AGAIN:
        raise KeyError(part)
    return Behind(
        by_times(sales(asked), 2, None), _("Customers who bought on two days or more of the period")
    )


TILE = Tile(
    code="negocio",
    order=5,
    title=gettext_lazy("How the business goes"),
    question=gettext_lazy("Do customers spend more, come more often and come back?"),
    how=gettext_lazy(
        "Identified customers with a sale in the period, beside the equally long period before. Average "
        "order: value of the sales divided by their number. Frequency: sales per customer. LTV: all that "
        "these customers spent since their first purchase up to the end of the period, returns taken off, "
        "divided by their number. Repurchase: those with purchases on two days or more of the period."
    ),
    empty=gettext_lazy("No identified customer bought in this period: choose a longer one or other filters."),
    count=count,
    show=show,
    people=people,
    is_wide=True,
)
