"""The cuts that an analysis measures with: one ruler for everybody and every day in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from recompra.analytics.rfm import Cuts
from recompra.customers import cuts as shop_cuts
from recompra.customers.models import RfmCuts
from recompra.theme.formats import dshort
from recompra.warehouse.engine import Engine


@dataclass(frozen=True)
class Ruler:
    """`version`: of the cuts that the shop chose itself; None: what the sales up to `made_on` give.
    `window_days`: the days that frequency and value count, None for all."""

    cuts: Cuts
    version: int | None
    window_days: int | None
    made_on: dt.date

    @property
    def words(self) -> str:
        """Where the cuts come from, as a sentence."""
        if self.version is not None:
            return _("Cuts: those that the shop chose (version %(version)s).") % {"version": self.version}
        return _("Cuts: those that the sales up to %(day)s give.") % {"day": dshort(self.made_on)}

    def plain(self) -> dict[str, Any]:
        """As one row that may be kept."""
        return {
            "version": self.version,
            "window_days": self.window_days,
            "made_on": self.made_on,
            "recency_edges": list(self.cuts.recency),
            "frequency_edges": list(self.cuts.frequency),
            "monetary_edges": [str(edge) for edge in self.cuts.monetary],
            "fixed_frequency": self.cuts.fixed_frequency,
        }


def ruler(facts: Engine, day: dt.date) -> Ruler:
    """The cuts that the shop chose, where it chose any; else those that all sales up to the day give, so that
    nothing later decides. They are of the whole shop, whichever stores are asked about."""
    current = shop_cuts.in_force()
    window = current.window_days if current else None
    if current and current.mode == RfmCuts.Mode.MANUAL:
        return Ruler(shop_cuts.edges_of(current), current.version, window, day)
    return Ruler(shop_cuts.suggested(facts, day, window), None, window, day)


def state() -> tuple[Any, ...]:
    """What `ruler` depends on beside the facts and the day."""
    current = shop_cuts.in_force()
    if current is None:
        return ()
    return (current.window_days, current.version if current.mode == RfmCuts.Mode.MANUAL else None)


def read(row: Mapping[str, Any]) -> Ruler:
    """What `Ruler.plain` gave."""
    r2, r3, r4, r5 = row["recency_edges"]
    f2, f3, f4, f5 = row["frequency_edges"]
    m2, m3, m4, m5 = map(Decimal, row["monetary_edges"])
    cuts = Cuts((r2, r3, r4, r5), (f2, f3, f4, f5), (m2, m3, m4, m5), row["fixed_frequency"])
    return Ruler(cuts, row["version"], row["window_days"], row["made_on"])
