"""*Teste dos cortes*: the scores of a day of the past against what was bought after it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import rfm
from recompra.analytics.rfm_backtest import rfm_backtest
from recompra.analytics.rfm_map import SEGMENTS
from recompra.dashboards.analyses import ruler
from recompra.dashboards.analyses.verdict import SCORES, verdict
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.columns import Column as PeopleColumn
from recompra.segments.found.question import Behind
from recompra.theme.charts import Bar, Rank, bars, ranking
from recompra.theme.formats import brl, brlk, dshort, num, pct
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine
from recompra.warehouse.engine import engine

MEASURES = {
    "recency": gettext_lazy("Recency"),
    "frequency": gettext_lazy("Frequency"),
    "monetary": gettext_lazy("Value"),
}


def count(facts: Engine, asked: Asked) -> Counted:
    ruled = ruler.ruler(facts, asked.since)
    groups = rfm_backtest(
        asked.orders(), as_of=asked.since, days=(asked.until - asked.since).days, cuts=ruled.cuts,
        window_days=ruled.window_days, store_keys=asked.stores, among=asked.among(),
    )  # fmt: skip
    return {"ruler": [ruled.plain()], "groups": facts.rows(groups)}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["groups"]
    everybody = next((row for row in rows if row["measure"] == "all"), None)
    if everybody is None:
        return Shown(is_empty=True)
    found = {(row["measure"], row["score"]): row for row in rows}
    return Shown(
        figures=_figures(found, asked),
        drawn=(_by_segment(rows, asked), *(_by_score(found, measure) for measure in MEASURES)),
        table=_table(found),
        note=" ".join([*verdict(rows), ruler.read(counted["ruler"][0]).words]),
    )


def _figures(found: dict[tuple[str, str], dict[str, Any]], asked: Asked) -> list[Figure]:
    everybody = found["all", ""]
    told = {"people": num(everybody["customers"]), "day": dshort(asked.since)}
    figures = [
        Figure(
            _("Bought within %(days)s days") % {"days": num((asked.until - asked.since).days)},
            pct(everybody["share"]),
            _("of the %(people)s customers of %(day)s") % told,
            "all:",
        )
    ]
    listed = [row for (measure, _code), row in found.items() if measure == "segment"]
    for title, row in _ends(listed):
        part = f"segment:{row['score']}"
        figures.append(Figure(title % {"name": _named(row)}, pct(row["share"]), _times(row), part))
    if new := found.get(("new", "")):
        sub = _("first purchase after the day · %(money)s") % {"money": brlk(new["net"])}
        figures.append(Figure(_("New customers"), num(new["customers"]), sub))
    return figures


def _ends(rows: Rows) -> list[tuple[str, dict[str, Any]]]:
    """The segments that bought again most and least, where there are two that differ."""
    ordered = sorted(rows, key=lambda row: (row["share"], row["score"]))
    if len(ordered) < 2 or ordered[0]["share"] == ordered[-1]["share"]:
        return []
    return [(_("Most: %(name)s"), ordered[-1]), (_("Least: %(name)s"), ordered[0])]


def _times(row: dict[str, Any]) -> str:
    if row["lift"] is None:
        return ""
    return _("%(lift)s times the average · %(money)s per customer") % {
        "lift": num(row["lift"], 1),
        "money": brl(row["per_customer"]),
    }


def _by_segment(rows: Rows, asked: Asked) -> Drawn:
    known = {row["score"]: row for row in rows if row["measure"] == "segment"}
    data = [
        Rank(_named(row), row["share"], pct(row["share"]), _tip(_named(row), row), segment(code).family)
        for code in SEGMENTS
        if (row := known.get(code))
    ]
    title = _("Who bought again, by the segment of %(day)s") % {"day": dshort(asked.since)}
    return Drawn(title, ranking(title, _("Share of the segment's customers."), data))


def _by_score(found: dict[tuple[str, str], dict[str, Any]], measure: str) -> Drawn:
    data = []
    for score in SCORES:
        row = found.get((measure, score))
        label = _("score %(score)s") % {"score": score}
        tip = _tip(f"{MEASURES[measure]} {score}", row) if row else _("%(label)s: nobody") % {"label": label}
        data.append(Bar(score, row["share"] if row else 0, tip))
    title = _("Who bought again, by the score of: %(measure)s") % {"measure": str(MEASURES[measure])}
    drawn = bars(title, _("From 1, the worst, to 5."), data, axis=_percent, height=210, now_from=0)
    return Drawn(title, drawn)


def _percent(value: float) -> str:
    return pct(value)


def _tip(name: str, row: dict[str, Any]) -> str:
    return _("%(name)s: %(buyers)s of %(people)s bought, %(share)s; %(money)s per customer") % {
        "name": name,
        "buyers": num(row["buyers"]),
        "people": num(row["customers"]),
        "share": pct(row["share"]),
        "money": brl(row["per_customer"]),
    }


def _table(found: dict[tuple[str, str], dict[str, Any]]) -> Table:
    columns = (
        Column(_("Group"), width=28),
        Column(_("Customers"), Kind.INTEGER),
        Column(_("Who bought"), Kind.INTEGER),
        Column(_("Share that bought"), Kind.SHARE),
        Column(_("Times the average"), Kind.QUANTITY),
        Column(_("Purchases"), Kind.INTEGER),
        Column(_("Value"), Kind.MONEY, 18),
        Column(_("Per customer"), Kind.MONEY, 18),
    )
    order = [("segment", code) for code in SEGMENTS]
    order += [(measure, score) for measure in MEASURES for score in reversed(SCORES)]
    lines = [Line(_values(found[key]), ":".join(key)) for key in order if key in found]
    if new := found.get(("new", "")):
        lines.append(Line(_values(new)))
    return Table(columns, lines, Line(_values(found["all", ""]), "all:"))


def _values(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("customers", "buyers", "share", "lift", "orders", "net", "per_customer")
    return (_named(row), *(row[name] for name in names))


def _named(row: dict[str, Any]) -> str:
    match row["measure"]:
        case "segment":
            return str(segment(row["score"]).label)
        case "all":
            return _("All customers")
        case "new":
            return _("New customers")
        case measure:
            return _("%(measure)s, score %(score)s") % {
                "measure": str(MEASURES[measure]),
                "score": row["score"],
            }


def people(asked: Asked, part: str) -> Behind:
    """Those of one group as of the day: "segment:champions", "recency:5", "all:"."""
    measure, _colon, score = part.partition(":")
    ruled = ruler.ruler(engine(settings.WAREHOUSE_URL), asked.since)
    among = asked.among()
    orders = asked.orders()
    if among is not None:
        orders = orders.filter(orders.customer_key.isin(among.customer_key))
    base = rfm_base(orders, as_of=asked.since, window_days=ruled.window_days, store_keys=asked.stores)
    scored = rfm(base, ruled.cuts)
    if measure == "segment" and score in SEGMENTS:
        scored = scored.filter(scored.segment == score)
    elif measure in MEASURES and score in SCORES:
        scored = scored.filter(scored[f"{measure}_score"] == int(score))
    elif part != "all:":
        raise Http404
    then = scored.select(who="customer_key", segment_then="segment", ltv_then="monetary")
    found = asked.found().join(then, [("customer_key", "who")]).drop("who")
    day = {"day": dshort(asked.since)}
    name = _named({"measure": measure, "score": score})
    more = (
        PeopleColumn("segment_then", _("Segment on %(day)s") % day, fact="segment_then", words="segment"),
        PeopleColumn("ltv_then", _("Spent until %(day)s") % day, Kind.MONEY, "ltv_then"),
    )
    return Behind(found, _("%(name)s on %(day)s") % {"name": name, **day}, more=more)


TILE = Tile(
    code="teste-dos-cortes",
    order=20,
    title=gettext_lazy("Test of the cuts"),
    question=gettext_lazy("Would the scores of a past day have told who buys in the days after it?"),
    how=gettext_lazy(
        "Everybody is scored as of the end of the first day, with what was known on it alone, with the cuts "
        "that the shop chose or, where Recompra makes them, those that the sales up to that day give. Then "
        "it is counted what each group bought from the next day up to the second one. A good cut parts who "
        "comes back from who does not: the higher the score, the larger the share. Two neighbouring scores "
        "are told alike when they differ by less than two standard errors."
    ),
    empty=gettext_lazy("Nobody had bought by the first day: choose a later one or other filters."),
    count=count,
    show=show,
    people=people,
    is_wide=True,
    state=ruler.state,
    place="analysis",
)  # fmt: skip


def is_over(asked: Asked, last: dt.date | None) -> bool:
    """Whether all sales of the days to judge by are known."""
    return last is not None and asked.until <= last
