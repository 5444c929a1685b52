"""Customers by the month of their first purchase, and how many of them buy in each month after it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recompra.analytics.cohorts import cohorts
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import first_ever
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.stretches import stretches
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Cell, HeatRow, heat
from recompra.theme.formats import brl, dshort, month, num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.theme.typed_days import day_of
from recompra.warehouse.contract import Engine

MONTHS = 24
EARLY = (1, 3, 6, 12)
"""The months after the first purchase that stand above the chart."""


def count(facts: Engine, asked: Asked) -> Counted:
    cells = cohorts(
        asked.orders(), since=asked.since, until=asked.until, as_of=asked.today,
        store_keys=asked.stores, among=asked.among(),
    )  # fmt: skip
    return {"cells": facts.rows(cells.filter(cells.month <= ibis.literal(MONTHS)))}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["cells"]
    if not rows:
        return Shown(is_empty=True)
    firsts: dict[dt.date, Rows] = {}
    for row in rows:
        firsts.setdefault(row["cohort_on"], []).append(row)
    new = sum(group[0]["customers"] for group in firsts.values())
    figures = [Figure(_("New customers"), num(new), _("first purchase in the period"))]
    figures += [figure for after in EARLY if (figure := _after(rows, after))]
    return Shown(figures, (_drawn(firsts),), _table(firsts), _note(asked))


def _note(asked: Asked) -> str:
    if asked.since.day == 1:
        return ""
    told = {"month": month(asked.since), "day": dshort(asked.since)}
    return _("%(month)s counts only who first bought from %(day)s on: the period begins there.") % told


def _after(rows: Rows, after: int) -> Figure | None:
    """The share of all cohorts whose month after the first purchase is over; None where none is."""
    ripe = [row for row in rows if row["month"] == after and row["buyers"] is not None]
    share = ratio(sum(row["buyers"] for row in ripe), sum(row["customers"] for row in ripe))
    if share is None:
        return None
    title = ngettext("Bought a month later", "Bought %(n)s months later", after) % {"n": after}
    return Figure(title, pct(share), _("of the cohorts that are so old"))


def _drawn(firsts: dict[dt.date, Rows]) -> Drawn:
    width = max(row["month"] for group in firsts.values() for row in group)
    rows = [
        HeatRow(month(first), num(group[0]["customers"]), [_cell(row) for row in group[1:]])
        for first, group in firsts.items()
    ]
    title = _("Share that bought in each month after the first purchase")
    columns = [f"+{number}" for number in range(1, width + 1)]
    return Drawn(title, heat(title, _("First purchase"), columns, rows))


def _cell(row: dict[str, Any]) -> Cell:
    if row["share"] is None:
        return Cell(None)
    told = _(
        "First purchase in %(first)s, %(n)s months later: %(buyers)s of %(customers)s, %(share)s; %(net)s"
    )
    tip = told % {
        "first": month(row["cohort_on"]),
        "n": row["month"],
        "buyers": num(row["buyers"]),
        "customers": num(row["customers"]),
        "share": pct(row["share"]),
        "net": brl(row["net"]),
    }
    return Cell(row["share"], pct(row["share"], 0), tip)


def _table(firsts: dict[dt.date, Rows]) -> Table:
    width = max(len(group) for group in firsts.values())
    columns = (
        Column(_("First purchase")),
        Column(_("Customers"), Kind.INTEGER),
        *(Column(f"+{number}", Kind.SHARE, 8) for number in range(1, width)),
    )
    lines = []
    for first, group in firsts.items():
        shares = [row["share"] for row in group[1:]]
        blank = [None] * (width - len(group))
        lines.append(Line((month(first), group[0]["customers"], *shares, *blank), first.isoformat()))
    return Table(columns, lines)


def people(asked: Asked, part: str) -> Behind:
    first = day_of(part)
    if first is None or first not in stretches(asked.since, asked.until, "month"):
        raise Http404
    title = _("First purchase in %(month)s") % {"month": month(first)}
    return Behind(first_ever(asked, "month", first), title)


TILE = Tile(
    code="coortes",
    order=80,
    title=gettext_lazy("Cohorts"),
    question=gettext_lazy("Of the customers who began in a month, how many buy in the months after it?"),
    how=gettext_lazy(
        "A cohort is the identified customers whose first purchase, in the stores chosen, lies in a month of "
        "the period. Each field is the share of them with a sale in that later calendar month, today's "
        "knowledge; a month that is not over yet is empty, not zero. At most 24 months are shown."
    ),
    empty=gettext_lazy("Nobody bought for the first time in this period: choose a longer one."),
    count=count,
    show=show,
    people=people,
    is_wide=True,
)
