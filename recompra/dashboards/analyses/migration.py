"""*Migração*: who was in which segment at one day, where they are at another, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis.expr.types as ir
from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from recompra.analytics.rfm_map import SEGMENTS
from recompra.analytics.rfm_migration import rfm_migration, rfm_moves
from recompra.dashboards.analyses import ruler
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.columns import Column as PeopleColumn
from recompra.segments.found.question import Behind
from recompra.theme.charts import Flow, Node, sankey
from recompra.theme.formats import brlk, compact, dshort, num, pct
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine
from recompra.warehouse.engine import engine

CAME, MOVED, UP, DOWN, STAYED, ALL = "entraram", "mudaram", "subiram", "desceram", "ficaram", "todos"
BY_VALUE = "valor"
PLACE = {code: place for place, code in enumerate(SEGMENTS)}
"""Segments from the best to the worst, as everywhere: up is towards the champions."""


def count(facts: Engine, asked: Asked) -> Counted:
    ruled = ruler.ruler(facts, asked.until)
    flows = rfm_migration(
        asked.orders(), since=asked.since, until=asked.until, cuts=ruled.cuts,
        window_days=ruled.window_days, store_keys=asked.stores, among=asked.among(),
    )  # fmt: skip
    return {"ruler": [ruled.plain()], "flows": facts.rows(flows)}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["flows"]
    if not rows:
        return Shown(is_empty=True)
    return Shown(
        figures=_figures(rows, asked),
        drawn=(_drawn(rows, asked),),
        table=_table(rows, asked),
        note=ruler.read(counted["ruler"][0]).words,
    )


def way(row: dict[str, Any]) -> str:
    """CAME, UP, DOWN or STAYED."""
    if row["segment_since"] is None:
        return CAME
    then, now = PLACE[row["segment_since"]], PLACE[row["segment_until"]]
    return STAYED if then == now else UP if now < then else DOWN


def _figures(rows: Rows, asked: Asked) -> list[Figure]:
    def people(*ways: str) -> int:
        return sum(row["customers"] for row in rows if way(row) in ways)

    def money(*ways: str) -> str:
        return brlk(sum(row["ltv_until"] for row in rows if way(row) in ways))

    known = people(UP, DOWN, STAYED)

    def told(key: str) -> str:
        of = {"share": pct(ratio(people(key), known)), "day": dshort(asked.since), "money": money(key)}
        return _("%(share)s of those of %(day)s · %(money)s spent in all") % of

    came = _("first purchase between the days · %(money)s") % {"money": money(CAME)}
    return [
        Figure(_("Moved up"), num(people(UP)), told(UP), UP),
        Figure(_("Moved down"), num(people(DOWN)), told(DOWN), DOWN),
        Figure(_("Stayed where they were"), num(people(STAYED)), told(STAYED), STAYED),
        Figure(pgettext("migration", "Came in"), num(people(CAME)), came, CAME),
    ]


def _drawn(rows: Rows, asked: Asked) -> Drawn:
    by_value = TILE.by(asked) == BY_VALUE
    measure = "ltv_until" if by_value else "customers"
    short: Callable[[Any], str] = brlk if by_value else compact
    flows = [Flow(_key(row["segment_since"]), row["segment_until"], row[measure], _tip(row)) for row in rows]

    def node(code: str | None, side: str) -> Node:
        total = sum(row[measure] for row in rows if row[side] == code)
        return Node(_key(code), _name(code), short(total), _family(code))

    left = [node(code, "segment_since") for code in (*SEGMENTS, None)]
    right = [node(code, "segment_until") for code in SEGMENTS]
    days = {"since": dshort(asked.since), "until": dshort(asked.until)}
    title = (
        _("What the people of each segment on %(since)s have spent in all, and where they are on %(until)s")
        if by_value
        else _("People of each segment on %(since)s, and where they are on %(until)s")
    ) % days
    return Drawn(title, sankey(title, _("The table below has every number."), left, right, flows))


def _tip(row: dict[str, Any]) -> str:
    told = {
        "since": _name(row["segment_since"]),
        "until": _name(row["segment_until"]),
        "people": num(row["customers"]),
        "money": brlk(row["ltv_until"]),
    }
    if row["segment_since"] == row["segment_until"]:
        return _("Stayed %(until)s: %(people)s people, %(money)s spent in all") % told
    return _("%(since)s → %(until)s: %(people)s people, %(money)s spent in all") % told


def _table(rows: Rows, asked: Asked) -> Table:
    days = {"since": dshort(asked.since), "until": dshort(asked.until)}
    columns = (
        Column(_("On %(since)s") % days, width=24),
        Column(_("On %(until)s") % days, width=24),
        Column(_("Customers"), Kind.INTEGER),
        Column(_("Of the segment"), Kind.SHARE),
        Column(_("Bought between"), Kind.INTEGER),
        Column(_("Spent until the first day"), Kind.MONEY, 18),
        Column(_("Spent until the second day"), Kind.MONEY, 18),
        Column(_("Spent between"), Kind.MONEY, 18),
    )
    origin: dict[str | None, int] = {}
    for row in rows:
        origin[row["segment_since"]] = origin.get(row["segment_since"], 0) + row["customers"]
    ordered = sorted(rows, key=lambda r: (-r["customers"], _key(r["segment_since"]), r["segment_until"]))
    lines = [
        Line(
            (
                _name(row["segment_since"]), _name(row["segment_until"]), row["customers"],
                ratio(row["customers"], origin[row["segment_since"]]), *_sums([row]),
            ),
            f"{_key(row['segment_since'])}>{row['segment_until']}",
        )
        for row in ordered
    ]  # fmt: skip
    people = sum(row["customers"] for row in rows)
    return Table(columns, lines, Line((_("Total"), "", people, None, *_sums(rows)), ALL))


def _sums(rows: Rows) -> tuple[Any, ...]:
    before, after = (sum(row[name] for row in rows) for name in ("ltv_since", "ltv_until"))
    return sum(row["buyers"] for row in rows), before, after, after - before


def _key(code: str | None) -> str:
    return code or CAME


def _name(code: str | None) -> str:
    return str(segment(code).label) if code else pgettext("segment", "Came in (first purchase)")


def _family(code: str | None) -> str:
    return segment(code).family if code else "brand"


def people(asked: Asked, part: str) -> Behind:
    """Those who moved one way, from one segment to another ("champions>at_risk"), or all."""
    ruled = ruler.ruler(engine(settings.WAREHOUSE_URL), asked.until)
    moved = rfm_moves(
        asked.orders(), since=asked.since, until=asked.until, cuts=ruled.cuts,
        window_days=ruled.window_days, store_keys=asked.stores, among=asked.among(),
    )  # fmt: skip
    chosen = moved.filter(_wanted(moved, part)).select(
        "segment_since", "segment_until", who="customer_key", spent=moved.ltv_until - moved.ltv_since
    )
    found = asked.found().join(chosen, [("customer_key", "who")]).drop("who")
    days = {"since": dshort(asked.since), "until": dshort(asked.until)}
    title = _("%(part)s, from %(since)s to %(until)s") % {"part": _titled(part), **days}
    then, now = (_("Segment on %(day)s") % {"day": dshort(day)} for day in (asked.since, asked.until))
    more = (
        PeopleColumn("segment_since", then, fact="segment_since", words="segment"),
        PeopleColumn("segment_until", now, fact="segment_until", words="segment"),
        PeopleColumn("spent", _("Spent between"), Kind.MONEY, "spent"),
    )
    return Behind(found, title, more=more)


def _wanted(moved: ir.Table, part: str) -> list[ir.BooleanValue]:
    """The conditions of a part. Raises Http404 for one that is none."""
    if part == ALL:
        return []
    pairs = [(one, other) for one in (*SEGMENTS, None) for other in SEGMENTS]
    ways = {UP: (UP,), DOWN: (DOWN,), STAYED: (STAYED,), CAME: (CAME,), MOVED: (UP, DOWN)}
    if part in ways:
        held = [pair for pair in pairs if way(dict(zip(SIDES, pair, strict=True))) in ways[part]]
    else:
        held = [pair for pair in pairs if f"{_key(pair[0])}>{pair[1]}" == part]
    if not held:
        raise Http404
    then = moved.segment_since.fill_null("")
    return [(then + ">" + moved.segment_until).isin([f"{one or ''}>{other}" for one, other in held])]


SIDES = ("segment_since", "segment_until")


def _titled(part: str) -> str:
    ways = {
        UP: _("Moved up"),
        DOWN: _("Moved down"),
        STAYED: _("Stayed where they were"),
        CAME: pgettext("migration", "Came in"),
        MOVED: _("Changed segment"),
        ALL: _("All customers"),
    }
    if part in ways:
        return ways[part]
    one, _arrow, other = part.partition(">")
    return f"{_name(None if one == CAME else one)} → {_name(other)}"


TILE = Tile(
    code="migracao",
    order=10,
    title=gettext_lazy("Migration between segments"),
    question=gettext_lazy("Who changed segment between two days, and how much money moved with them?"),
    how=gettext_lazy(
        "Everybody with a purchase in the stores chosen is scored twice, as of the end of both days, with "
        "the same cuts: who moves has changed, not the ruler. The cuts are those that the shop chose or, "
        "where Recompra makes them, those that the sales up to the second day give. Nobody leaves the list: "
        "who stops buying goes down in it. “Spent” is net spend since the first purchase, returns off; the "
        "purchases between the days are those after the first one. Up is towards the champions, in the "
        "order of the segments."
    ),
    empty=gettext_lazy("Nobody had bought by the second day: choose other days or filters."),
    count=count,
    show=show,
    people=people,
    views={"pessoas": gettext_lazy("in people"), BY_VALUE: gettext_lazy("in R$")},
    is_wide=True,
    state=ruler.state,
    is_same_count=True,
    place="analysis",
)  # fmt: skip
