"""The members of each loyalty programme by tier."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.tier_shares import tier_shares
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.behind import of_tier
from recompra.dashboards.customers.share import mean
from recompra.dashboards.customers.tile import Counted, Drawn, Figure, Line, Rows, Shown, Table, Tile
from recompra.segments.found.question import Behind
from recompra.theme.charts import Rank, ranking
from recompra.theme.formats import brl, num, pct
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Engine

FAMILIES = ("champ", "loyal", "new", "warn", "risk", "lost")
SEPARATOR = "·"


def count(facts: Engine, asked: Asked) -> Counted:
    return {"tiers": facts.rows(tier_shares(asked.found(), store_keys=asked.stores))}


def show(counted: Counted, asked: Asked) -> Shown:
    rows = counted["tiers"]
    if not rows:
        return Shown(is_empty=True)
    programmes = list(dict.fromkeys(row["loyalty_program"] for row in rows))
    by_programme = {name: [row for row in rows if row["loyalty_program"] == name] for name in programmes}
    members = sum(row["members"] for row in rows)
    buyers, ltv = sum(row["buyers"] for row in rows), sum((row["ltv"] for row in rows), Decimal(0))
    found = [Line(_values(row), _part(row)) for row in rows]
    total = (_("Total"), "", members, None, buyers, ltv, mean(ltv, buyers))
    return Shown(
        figures=(
            Figure(_("Members"), num(members)),
            Figure(_("Programmes"), num(len(programmes))),
            Figure(_("With purchases"), num(buyers)),
            Figure(_("Mean LTV of who bought"), brl(mean(ltv, buyers))),
        ),
        drawn=[_drawn(name, parts) for name, parts in by_programme.items()],
        table=Table(_columns(), found, Line(total)),
    )


def _values(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["loyalty_program"], _tier(row), row["members"], row["share"], row["buyers"], row["ltv"],
        row["mean_ltv"],
    )  # fmt: skip


def _tier(row: dict[str, Any]) -> str:
    return str(row["loyalty_tier"] or _("no tier"))


def _drawn(programme: str, rows: Rows) -> Drawn:
    data = [
        Rank(
            _tier(row),
            row["share"],
            pct(row["share"]),
            _("%(tier)s: %(members)s members, %(share)s")
            % {"tier": _tier(row), "members": num(row["members"]), "share": pct(row["share"])},
            FAMILIES[place % len(FAMILIES)],
        )
        for place, row in enumerate(sorted(rows, key=lambda row: (-row["members"], _tier(row))))
    ]
    title = _("Tiers of %(programme)s") % {"programme": programme}
    return Drawn(title, ranking(title, _("Share of the programme's members."), data, most=1))


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Programme"), width=24),
        Column(_("Tier"), width=20),
        Column(_("Members"), Kind.INTEGER),
        Column(_("Share"), Kind.SHARE),
        Column(_("With purchases"), Kind.INTEGER),
        Column(_("Spent in all"), Kind.MONEY, 18),
        Column(_("Mean LTV"), Kind.MONEY, 18),
    )


def _part(row: dict[str, Any]) -> str:
    """Programme and tier as the address names them."""
    return f"{row['loyalty_program']}{SEPARATOR}{row['loyalty_tier'] or ''}"


def people(asked: Asked, part: str) -> Behind:
    programme, mark, tier = part.partition(SEPARATOR)
    if not mark:
        raise Http404
    title = _("%(programme)s: %(tier)s") % {"programme": programme, "tier": tier or _("no tier")}
    return Behind(of_tier(asked, programme, tier or None), title)


TILE = Tile(
    code="categorias",
    order=65,
    title=gettext_lazy("Tiers of the loyalty programme"),
    question=gettext_lazy("How are the members spread over the tiers?"),
    how=gettext_lazy(
        "Members as of today, by the programme that each one joined last; the share is of the members of "
        "the same programme. LTV is all that was spent since the first purchase, returns taken off."
    ),
    empty=gettext_lazy(
        "There are no members of a loyalty programme here yet: import the memberships, with programme and "
        "tier."
    ),
    count=count,
    show=show,
    people=people,
)
