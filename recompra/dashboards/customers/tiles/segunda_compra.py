"""How many new customers come back for a second purchase, and how soon."""

from __future__ import annotations

from decimal import Decimal

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.second_purchase import POINTS, Point, curve, second_purchase
from recompra.analytics.standing import identified
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Series, lines
from recompra.theme.formats import num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine

BACK, ONCE = "voltaram", "uma-compra"
SHOWN = (30, 90, 180)
WEEKS = range(0, 365 + 1, 7)


def count(facts: Engine, asked: Asked) -> Counted:
    ended = second_purchase(
        asked.orders(), since=asked.since, until=asked.until, as_of=asked.today,
        store_keys=asked.stores, among=asked.among(),
    )  # fmt: skip
    return {"ended": facts.rows(ended)}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["ended"]
    if not rows:
        return Shown(is_empty=True)
    back, waiting = (sum(row[name] for row in rows) for name in ("came_back", "waiting"))
    points = {point.days: point for point in curve(rows)}
    figures = [
        Figure(
            _("Back within %(days)s days") % {"days": days},
            _told(points[days]),
            _("%(n)s watched for longer") % {"n": num(points[days].watched)},
        )
        for days in SHOWN
    ]
    return Shown(
        figures=(
            Figure(_("New customers"), num(back + waiting), _("first purchase in the period")),
            Figure(_("Bought again"), num(back), _("so far"), BACK),
            Figure(_("One purchase so far"), num(waiting), "", ONCE),
            *figures,
        ),
        drawn=(_drawn(curve(rows, WEEKS)),),
        table=_table(curve(rows)),
    )


def _share(point: Point) -> Decimal | None:
    return None if point.share is None else ratio(*point.share.as_integer_ratio())


def _told(point: Point) -> str:
    return _("not known yet") if point.share is None else pct(_share(point))


def _drawn(points: list[Point]) -> Drawn:
    """One point a week, as far as anybody was watched."""
    known = [point for point in points if point.share is not None]
    tips = [
        _("after %(days)s days: %(share)s had bought again") % {"days": point.days, "share": _told(point)}
        for point in known
    ]
    title = _("Share that had bought again, by days since the first purchase")
    series = Series(title, [_share(point) for point in known], area=True)
    chart = lines(
        title,
        _("Kaplan-Meier estimate, in steps of a week."),
        [num(point.days) for point in known],
        [series],
        tips=tips,
        axis=lambda value: pct(value, 0),
    )
    return Drawn(title, chart)


def _table(points: list[Point]) -> Table:
    columns = (
        Column(_("Time since the first purchase"), width=28),
        Column(_("Had bought again"), Kind.SHARE, 18),
        Column(_("Watched for longer"), Kind.INTEGER, 18),
    )
    told = [(_days_told(one.days), _share(one), one.watched) for one in points]
    return Table(columns, [Line(values) for values in told])


def _days_told(days: int) -> str:
    return _("%(days)s days") % {"days": num(days)}


def people(asked: Asked, part: str) -> Behind:
    """New customers of the period who bought on a second day up to today, or who did not."""
    if part not in (BACK, ONCE):
        raise KeyError(part)
    each = _new(asked)
    is_back = each.last_on > each.first_on
    chosen = each.filter(is_back if part == BACK else ~is_back).select("customer_key")
    titles = {
        BACK: _("New customers of the period who bought again"),
        ONCE: _("New customers of the period with one purchase so far"),
    }
    return Behind(chosen, titles[part])


def _new(asked: Asked) -> ir.Table:
    """First and last purchase of whose first one lies in the period."""
    orders = asked.orders()
    ever = orders.filter(
        *identified(orders, until=asked.today, store_keys=asked.stores, among=asked.among()),
        orders.kind == "sale",
    )
    each = ever.group_by("customer_key").agg(first_on=ever.ordered_on.min(), last_on=ever.ordered_on.max())
    return each.filter(each.first_on >= ibis.literal(asked.since), each.first_on <= ibis.literal(asked.until))


assert set(SHOWN) <= set(POINTS)  # noqa: S101 (the figures are points of the curve)

TILE = Tile(
    code="segunda-compra",
    order=70,
    title=gettext_lazy("Second purchase"),
    question=gettext_lazy("How many new customers come back for a second purchase, and how soon?"),
    how=gettext_lazy(
        "Identified customers whose first purchase, in the stores chosen, lies in the period; purchases are "
        "days with a sale, up to today. Many have not had the time to come back: the curve counts each one "
        "for as long as they were watched (Kaplan-Meier estimate), and stops where nobody was."
    ),
    empty=gettext_lazy("Nobody bought for the first time in this period: choose a longer one."),
    count=count,
    show=show,
    people=people,
)
