"""Of the buyers of each store, who came back, where, and how soon."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.store_returns import WITHIN_DAYS, returned_people, store_returns
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.columns import Column as PeopleColumn
from recompra.segments.found.question import Behind
from recompra.theme.charts import Rank, ranking
from recompra.theme.formats import num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine

BY = {"venda": "sale", "retorno": "return"}
ALL = "todas"
MOST_STORES = 12
COUNTED = ("buyers", "came_back", "same_store", "waiting", "known", "known_back")


def _by_sale(asked: Asked) -> bool:
    return TILE.by(asked) == "venda"


def count(facts: Engine, asked: Asked) -> Counted:
    """Of the chosen stores; where people came back may be any store that is seen."""
    found = store_returns(
        asked.orders(), since=asked.since, until=asked.until, as_of=asked.today,
        by=BY[TILE.by(asked)], store_keys=asked.seen, among=asked.among(),
    )  # fmt: skip
    if asked.stores is not None:
        found = found.filter(found.store_key.isin(sorted(asked.stores)))
    return {"stores": facts.rows(found)}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["stores"]
    if not rows:
        return Shown(is_empty=True)
    whole = {name: sum(row[name] for row in rows) for name in COUNTED}
    return Shown(_figures(whole, asked), tuple(_drawn(rows, asked)), _table(rows, whole, asked), _note(rows))


def _note(rows: Rows) -> str:
    return _("Who bought in several stores counts in each of them.") if len(rows) > 1 else ""


def _rate(row: dict[str, Any]) -> Decimal | None:
    return ratio(row["known_back"], row["known"])


def _figures(whole: dict[str, Any], asked: Asked) -> list[Figure]:
    told = {"part": num(whole["known_back"]), "all": num(whole["known"]), "days": WITHIN_DAYS}
    rate = _rate(whole)
    same = pct(ratio(whole["same_store"], whole["came_back"])) if whole["came_back"] else ""
    if not _by_sale(asked):
        return [
            Figure(
                _("Had bought before"),
                pct(rate),
                _("%(part)s of %(all)s buyers, in the %(days)s days before") % told,
                ALL,
            ),
            Figure(_("From the same store"), num(whole["same_store"]), same),
            Figure(_("Did not, or longer ago"), num(whole["buyers"] - whole["came_back"])),
        ]
    return [
        Figure(
            _("Return rate in %(days)s days") % told,
            _("not known yet") if rate is None else pct(rate),
            _("%(part)s of %(all)s whose days are over") % told,
        ),
        Figure(_("Came back"), num(whole["came_back"]), _("so far"), ALL),
        Figure(_("To the same store"), num(whole["same_store"]), same),
        Figure(_("May still come"), num(whole["waiting"]), _("their days are not over")),
    ]


def _drawn(rows: Rows, asked: Asked) -> list[Drawn]:
    known = sorted((row for row in rows if row["rate"] is not None), key=lambda row: -row["rate"])
    shown = known[:MOST_STORES]
    if not shown:
        return []
    title = _("Return rate per store") if _by_sale(asked) else _("Bought before, per store")
    if len(known) > MOST_STORES:
        title = _("%(title)s: the %(n)s highest") % {"title": title, "n": MOST_STORES}
    data = [
        Rank(
            asked.store_names.get(row["store_key"], str(row["store_key"])),
            row["rate"],
            pct(row["rate"]),
            _("%(store)s: %(rate)s, %(part)s of %(all)s")
            % {
                "store": asked.store_names.get(row["store_key"], str(row["store_key"])),
                "rate": pct(row["rate"]),
                "part": num(row["known_back"]),
                "all": num(row["known"]),
            },
        )
        for row in shown
    ]
    return [Drawn(title, ranking(title, _("Of the buyers of each store."), data))]


def _table(rows: Rows, whole: dict[str, Any], asked: Asked) -> Table:
    is_sale = _by_sale(asked)
    columns = (
        Column(_("Store"), width=28),
        Column(_("Buyers"), Kind.INTEGER),
        Column(_("Came back") if is_sale else _("Had bought before"), Kind.INTEGER),
        Column(_("To the same store") if is_sale else _("From the same store"), Kind.INTEGER),
        Column(_("May still come"), Kind.INTEGER),
        Column(_("Days are over"), Kind.INTEGER),
        Column(_("Of these, back"), Kind.INTEGER),
        Column(_("Return rate"), Kind.SHARE),
        Column(_("Median days"), Kind.QUANTITY),
    )

    def values(name: str, row: dict[str, Any], median: Decimal | None) -> tuple[Any, ...]:
        return (name, *(row[column] for column in COUNTED), _rate(row), median)

    named = sorted((asked.store_names.get(row["store_key"], str(row["store_key"])), row["store_key"], row)
                   for row in rows)  # fmt: skip
    lines = [Line(values(name, row, row["median_days"]), f"{key}") for name, key, row in named]
    return Table(columns, lines, Line(values(_("Total"), whole, None), ALL))


def people(asked: Asked, part: str) -> Behind:
    """Who came back after buying in the chosen stores, or in one: each with the latest coming back."""
    stores = asked.stores if part == ALL else frozenset({asked.store(part)})
    back = returned_people(
        asked.orders(), since=asked.since, until=asked.until, as_of=asked.today,
        by=BY[TILE.by(asked)], of_stores=stores, store_keys=asked.seen, among=asked.among(),
    )  # fmt: skip
    title = _("Came back after buying in the period") if _by_sale(asked) else _("Came back in the period")
    if part != ALL:
        title = _("%(title)s: %(store)s") % {"title": title, "store": asked.store_names[asked.store(part)]}
    return Behind(asked.found().join(_latest(back), "customer_key"), title, more=_columns())


def _latest(back: ir.Table) -> ir.Table:
    """One row per person: of several stores that count somebody, that of the latest coming back."""
    order = ibis.window(group_by=back.customer_key, order_by=[ibis.desc(back.returned_on), back.store_key])
    latest = back.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0)
    facts = {one.fact for one in _columns()} - {"last_purchase_on"}
    return latest.select("customer_key", *sorted(facts), last_purchase_on=latest.last_on)


def _columns() -> tuple[PeopleColumn, ...]:
    """What the list tells beside the columns that the colleague chose."""
    day, money = Kind.DAY, Kind.MONEY
    return (
        PeopleColumn("bought_on", _("Bought on"), day, "bought_on"),
        PeopleColumn("bought_store", _("In the store"), fact="bought_store_key", words="store"),
        PeopleColumn("bought_value", _("Value of that day"), money, "bought_value"),
        PeopleColumn("returned_on", _("Came back on"), day, "returned_on"),
        PeopleColumn("returned_store", _("To the store"), fact="returned_store_key", words="store"),
        PeopleColumn("returned_value", _("Value of the return"), money, "returned_value"),
        PeopleColumn("days", _("Days between"), Kind.INTEGER, "days"),
        PeopleColumn("last_on", _("Last purchase"), day, "last_purchase_on"),
        PeopleColumn("last_value", _("Value of the last purchase"), money, "last_value"),
    )


TILE = Tile(
    code="retorno",
    order=60,
    title=gettext_lazy("Customers who come back, by store"),
    question=gettext_lazy("Of those who buy in a store, who comes back within 90 days, and where?"),
    how=gettext_lazy(
        "By sale: the identified customers who bought in the store in the period, and whether they bought "
        "again, in any store that you see, within 90 days of their first purchase there. The rate is of "
        "those whose 90 days are over: who bought lately may still come. By return: those who bought in the "
        "store in the period, and whether they had bought in the 90 days before. Purchases are days with a "
        "sale."
    ),
    empty=gettext_lazy("No identified customer bought in this period: choose a longer one or other filters."),
    count=count,
    show=show,
    people=people,
    views={"venda": gettext_lazy("by date of sale"), "retorno": gettext_lazy("by date of return")},
    is_wide=True,
)
