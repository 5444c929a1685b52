"""The analyses that ask the facts, and the tabs of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recompra.dashboards.analyses import backtest, migration
from recompra.dashboards.analyses.asked import last_day
from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.tile import Tile
from recompra.theme.formats import dshort
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Analysis:
    """`first`, `second`: what its two days are called. `check` raises Refused where they cannot be asked."""

    tile: Tile
    tab: StrPromise
    first: StrPromise
    second: StrPromise
    check: Callable[[Asked], None]


def _anything(_asked: Asked) -> None:
    return


def _over(asked: Asked) -> None:
    last = last_day(engine(settings.WAREHOUSE_URL), asked.today)
    if not backtest.is_over(asked, last):
        told = {"last": dshort(last or asked.today), "until": dshort(asked.until)}
        raise Refused(
            _("The sales known end on %(last)s: what was bought up to %(until)s is not all here yet.") % told
        )


ANALYSES = {
    one.tile.code: one
    for one in (
        Analysis(
            migration.TILE, gettext_lazy("Migration"), pgettext_lazy("day", "From"),
            pgettext_lazy("day", "To"), _anything,
        ),
        Analysis(
            backtest.TILE, gettext_lazy("Test of the cuts"), gettext_lazy("Scores of"),
            gettext_lazy("Purchases until"), _over,
        ),
    )
}  # fmt: skip


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """(address, title, whether it is the one shown) of every tab; `current`: the code of an analysis, or the
    name of the address."""
    found = [
        (reverse("dashboards:analysis", args=[code]), str(one.tab), code == current)
        for code, one in ANALYSES.items()
    ]
    further = {"accuracy": _("Accuracy"), "models": _("Models")}
    return [
        *found,
        *((reverse(f"dashboards:{name}"), title, name == current) for name, title in further.items()),
    ]
