"""How many customers there are, in which RFM segment, and how many of them can be reached."""

from __future__ import annotations

from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.people_found import people_found
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import everybody, of_segment
from recompra.dashboards.customers.share import ratio
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Rank, ranking
from recompra.theme.formats import brlk, num, pct
from recompra.theme.segments import NO_SEGMENT, SEGMENTS, segment
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine

ALL, NEVER = "todos", "sem-compras"
CHANNELS = (
    ("whatsapp", "WhatsApp"),
    ("email", gettext_lazy("E-mail")),
    ("sms", "SMS"),
)


def count(facts: Engine, asked: Asked) -> Counted:
    return {"segments": facts.rows(people_found(asked.found(), store_keys=asked.stores))}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = {row["segment"] or "": row for row in counted["segments"]}
    codes = [code for code in (*SEGMENTS, "") if code in rows]
    people = sum(row["people"] for row in rows.values())
    if not people:
        return Shown(is_empty=True)
    lines = [
        Line(
            (
                str(segment(code).label), rows[code]["people"], ratio(rows[code]["people"], people),
                *(rows[code][name] for name, _title in CHANNELS), rows[code]["ltv"],
            ),
            part=code or NEVER,
        )
        for code in codes
    ]  # fmt: skip
    sums = {name: sum(row[name] for row in rows.values()) for name in ("reachable", "ltv", *dict(CHANNELS))}
    total = Line((_("Total"), people, Decimal(1), *(sums[name] for name, _t in CHANNELS), sums["ltv"]), ALL)
    bought = people - (rows[""]["people"] if "" in rows else 0)
    return Shown(
        figures=(
            Figure(_("Customers found"), num(people), part=ALL),
            Figure(_("With purchases"), num(bought), pct(ratio(bought, people))),
            Figure(_("Can be reached"), num(sums["reachable"]), _("by WhatsApp, e-mail or SMS")),
            Figure(_("Spent in all (LTV)"), brlk(sums["ltv"]), _("since their first purchase")),
        ),
        drawn=(Drawn(_("Customers by RFM segment"), _ranking(codes, rows, people)),),
        table=Table(_columns(), lines, total),
    )


def _ranking(codes: list[str], rows: dict[str, dict[str, int]], people: int) -> SafeString:
    data = [
        Rank(
            str(segment(code).label),
            rows[code]["people"],
            num(rows[code]["people"]),
            _("%(segment)s: %(people)s customers, %(share)s")
            % {
                "segment": segment(code).label,
                "people": num(rows[code]["people"]),
                "share": pct(rows[code]["people"] / people),
            },
            segment(code).family,
        )
        for code in codes
    ]
    return ranking(_("Customers by RFM segment"), _("How many customers each segment has today."), data)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Segment"), width=22),
        Column(_("Customers"), Kind.INTEGER),
        Column(_("Share"), Kind.SHARE),
        *(Column(str(title), Kind.INTEGER) for _name, title in CHANNELS),
        Column(_("Spent in all"), Kind.MONEY, 18),
    )


def people(asked: Asked, part: str) -> Behind:
    if part == ALL:
        return Behind(everybody(asked), _("Customers found"))
    code = "" if part == NEVER else part
    shown = NO_SEGMENT if part == NEVER else SEGMENTS[code]
    return Behind(of_segment(asked, code), str(shown.label))


TILE = Tile(
    code="clientes",
    order=10,
    title=gettext_lazy("Customers found"),
    question=gettext_lazy("How many customers are there, and how many can I speak to?"),
    how=gettext_lazy(
        "Everybody in the register of the stores chosen (by the store where each one buys most in 12 "
        "months), as of today; the period does not change it. Who can be reached has a point of contact, "
        "consent where it is needed and no block for campaigns."
    ),
    empty=gettext_lazy("There are no customers here yet: import sales or records, or choose other filters."),
    count=count,
    show=show,
    people=people,
)
