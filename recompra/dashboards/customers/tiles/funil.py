"""How far the visitors of the site come: from the first look to the purchase."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import ibis.expr.types as ir
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from recompra.analytics.funnel import STAGES, funnel
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import stopped, visitors
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Rank, ranking
from recompra.theme.formats import NOTHING, num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import visits

VIEWS = {
    "origem": gettext_lazy("by source"),
    "meio": gettext_lazy("by medium"),
    "campanha": gettext_lazy("by campaign"),
}
COLUMNS = {"origem": "source", "meio": "medium", "campanha": "campaign"}
MOST = 50
ANY, STOPPED, CAME = "conhecidos", "sem-compra", "de:"
PARTS = {ANY: "", "interesse": "interest", "decisao": "decision", "acao": "action", STOPPED: ""}
"""Parts of the address that are lists of people: {part: the stage that they reached}; and CAME, with the
source, medium or campaign behind it."""


def names() -> dict[str, str]:
    return {
        "attraction": _("Attraction"),
        "interest": _("Interest"),
        "decision": _("Decision"),
        "action": _("Action"),
    }


def count(facts: Engine, asked: Asked) -> Counted:
    column = COLUMNS[TILE.by(asked)]
    stages = partial(funnel, visits, since=asked.since, until=asked.until, store_keys=asked.stores)
    parts = facts.rows(stages(by=(column,)))
    parts.sort(key=lambda row: (-row["visitors"], row[column] or ""))
    named = [row | {"name": row[column]} for row in parts[:MOST]]
    known = {part: facts.rows(_known(asked, part).count().as_table())[0] for part in PARTS}
    people = [{"part": part, "people": next(iter(row.values()))} for part, row in known.items()]
    return {"whole": facts.rows(stages()), "parts": named, "known": people}


def show(counted: Counted, asked: Asked) -> Shown:
    whole = counted["whole"][0] if counted["whole"] else {"visitors": 0}
    if not whole["visitors"]:
        return Shown(is_empty=True)
    note = _("The segment limits customers, not visits: these are all the visitors.") if asked.group else ""
    known = {row["part"]: row["people"] for row in counted["known"]}
    return Shown(_figures(whole, known), (_drawn(whole),), _table(counted["parts"], whole, asked), note)


def _figures(whole: dict[str, Any], known: dict[str, int]) -> list[Figure]:
    conversion, words = whole["conversion"], _known_words()
    return [
        Figure(_("Visitors"), num(whole["visitors"]), _("different browsers")),
        Figure(
            _("Conversion"),
            NOTHING if conversion is None else pct(conversion),
            _("visitors who bought") if conversion is not None else _("the visits tell of no purchase"),
        ),
        Figure(
            _("Known customers"),
            num(known[ANY]),
            _("%(share)s of the visitors signed in")
            % {"share": pct(Decimal(whole["identified"]) / whole["visitors"])},
            ANY if known[ANY] else None,
        ),
        *(Figure(words[part], num(known[part]), "", part) for part in words if known[part]),
    ]


def _drawn(whole: dict[str, Any]) -> Drawn:
    """A bar per stage that has data, with what of the stage before came so far."""
    data = []
    for stage, name in names().items():
        people, rate = whole[stage], whole.get(f"{stage}_rate")
        if not people:
            data.append(
                Rank(name, 0, _("no data"), _("%(stage)s: the visits tell nothing of it") % {"stage": name})
            )
            continue
        label = name if rate is None else f"{name} ({pct(rate)})"
        tip = _("%(stage)s: %(people)s visitors") % {"stage": name, "people": num(people)}
        if rate is not None:
            tip = _("%(told)s, %(rate)s of the stage before") % {"told": tip, "rate": pct(rate)}
        data.append(Rank(label, people, num(people), tip))
    title = _("From the first look to the purchase")
    return Drawn(title, ranking(title, _("Visitors in each stage, of the stage before in brackets."), data))


def _table(parts: Rows, whole: dict[str, Any], asked: Asked) -> Table:
    heading = {"origem": _("Source"), "meio": _("Medium"), "campanha": _("Campaign")}[TILE.by(asked)]
    columns = (
        Column(heading, width=24),
        Column(_("Visitors"), Kind.INTEGER),
        *(Column(name, Kind.INTEGER) for name in names().values()),
        Column(_("Conversion"), Kind.SHARE),
    )

    def line(name: str, row: dict[str, Any], part: str) -> Line:
        stages = [row[stage] if whole[stage] else None for stage in STAGES]
        values = (name, row["visitors"], *stages, row["conversion"])
        return Line(values, part if row["identified"] else None)

    lines = [line(row["name"] or _not_told(), row, f"{CAME}{row['name'] or ''}") for row in parts]
    return Table(columns, lines, line(_("Total"), whole, ANY))


def _not_told() -> str:
    return pgettext("where visitors came from", "not told")


def people(asked: Asked, part: str) -> Behind:
    """Of the visitors, those who are known: who signed in."""
    if part.startswith(CAME):
        value = part.removeprefix(CAME)
        found = visitors(asked, by=(COLUMNS[TILE.by(asked)], value or None))
        return Behind(found, _("Known visitors: %(from)s") % {"from": value or _not_told()})
    words = {ANY: _("Known customers"), **_known_words()}
    return Behind(_known(asked, part), words[part])


def _known(asked: Asked, part: str) -> ir.Table:
    return stopped(asked) if part == STOPPED else visitors(asked, PARTS[part])


def _known_words() -> dict[str, str]:
    """The lists of those who are known, beside all of them."""
    return {
        "interesse": _("Known, looked at products"),
        "decisao": _("Known, cart or checkout"),
        "acao": _("Known, bought"),
        STOPPED: _("Known, stopped before buying"),
    }


TILE = Tile(
    code="funil",
    order=90,
    title=gettext_lazy("From visit to purchase"),
    question=gettext_lazy("How many visitors of the site become buyers, and where do they stop?"),
    how=gettext_lazy(
        "Different browsers in the imported visits of the period. Attraction: came to the site; interest: "
        "looked at products; decision: cart or checkout; action: purchase (names of GA4 events). A rate is "
        "of the nearest stage before that has data; a stage without data has none. Known is who signed in: "
        "of the others nobody knows who they are."
    ),
    empty=gettext_lazy("There are no visits in this period: import the events of the shop's site."),
    count=count,
    show=show,
    people=people,
    views=VIEWS,
    is_wide=True,
)
