"""What the facts say of one customer in a period: the overview's figures, chart, last purchase and scores."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache

import ibis
from django.conf import settings

from recompra.analytics.rfm import Cuts
from recompra.customers.cuts import edges_of
from recompra.customers.models import RfmCuts
from recompra.customers.totals import recency_shares
from recompra.customers.xray.explanation import Line as ScoreLine
from recompra.customers.xray.explanation import explain
from recompra.customers.xray.figures import Figures
from recompra.customers.xray.indicators import Indicator, indicators
from recompra.customers.xray.months import Month, months
from recompra.customers.xray.period import Period
from recompra.customers.xray.purchases import KEY, Line, Order, Purchases
from recompra.customers.xray.typical import Typical, typical
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import scores


@dataclass(frozen=True)
class Xray:
    """Empty of figures for who has not bought, or whose key is torn."""

    period: Period
    figures: Figures
    indicators: list[Indicator]
    base: Typical
    months: list[Month]
    last: Order | None = None
    last_lines: list[Line] = field(default_factory=list)
    explanation: list[ScoreLine] = field(default_factory=list)
    scored_on: dt.date | None = None


def xray(bought: Purchases, period: Period) -> Xray:
    """Three look-ups by key in the warehouse, counted here: for a handful of rows planning a question takes
    longer than all the rest."""
    before = period.previous
    now = Figures.of(bought.orders, period)
    base = typical(period) if bought.orders else Typical()
    last = next((order for order in bought.orders if order.is_sale and not order.is_cancelled), None)
    explanation, scored_on = _scored(bought.key)
    return Xray(
        period=period,
        figures=now,
        indicators=indicators(now, Figures.of(bought.orders, before) if before else None, base),
        base=base,
        months=months(bought.orders, period),
        last=last,
        last_lines=bought.lines.get(last.key, []) if last else [],
        explanation=explanation,
        scored_on=scored_on,
    )


def _scored(key: int | None) -> tuple[list[ScoreLine], dt.date | None]:
    """The scores in words, and the day they were made."""
    rows = engine(settings.WAREHOUSE_URL).rows(_score(), {KEY: key}) if key is not None else []
    if not rows:
        return [], None
    return explain(rows[0], _cuts(rows[0]["cuts_version"]), recency_shares()), rows[0]["as_of"]


def _cuts(version: int) -> Cuts | None:
    row = RfmCuts.objects.filter(version=version).first()
    return edges_of(row) if row else None


@lru_cache(maxsize=1)
def _score() -> ibis.Table:
    own = scores.filter(scores.customer_key == KEY)
    measures = ("recency_days", "frequency", "monetary")
    return own.select(
        "recency_score", "frequency_score", "monetary_score", *measures, "cuts_version", "as_of"
    )
