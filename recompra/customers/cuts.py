"""The cuts between scores: which are in force, what new ones would change, and who decided them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import Cuts, cuts_from, edges, rfm
from recompra.customers.identity.unseen import people_orders
from recompra.customers.models import RfmCuts
from recompra.warehouse.engine import Engine, engine
from recompra.warehouse.schema import scores

if TYPE_CHECKING:
    from recompra.accounts.models import User

Number = TypeVar("Number", int, Decimal)


def in_force() -> RfmCuts | None:
    """The newest version; None until the first facts were scored."""
    return RfmCuts.objects.order_by("-version").first()


def edges_of(row: RfmCuts) -> Cuts:
    """A stored version as the cuts that `analytics.rfm` computes with."""
    return Cuts(
        recency=_four(int, row.recency_edges),
        frequency=_four(int, row.frequency_edges),
        monetary=_four(Decimal, row.monetary_edges),
        fixed_frequency=row.fixed_frequency,
    )


def settle(facts: Engine, as_of: dt.date) -> RfmCuts:
    """The cuts to score with on this day. Automatic ones follow the facts: a new version when an edge moved.
    Those the shop chose stay until the shop changes them."""
    current = in_force()
    if current and current.mode == RfmCuts.Mode.MANUAL:
        return current
    window = current.window_days if current else None
    found = suggested(facts, as_of, window)
    if current and edges_of(current) == found:
        return current
    return _write(found, RfmCuts.Mode.AUTOMATIC, as_of, window, None)


def suggested(facts: Engine, as_of: dt.date, window_days: int | None) -> Cuts:
    """The automatic cuts of the facts as of a day: five groups of about the same size, equals together."""
    with facts.hold(rfm_base(people_orders(), as_of=as_of, window_days=window_days), "rfm_base") as base:
        return cuts_from(facts.rows(edges(base)))


def decide(chosen: Cuts, user: User, *, window_days: int | None = None) -> RfmCuts:
    """The shop's own cuts, from now on. Ask for a refresh (`refresh.request`) so that they take effect."""
    return _write(chosen, RfmCuts.Mode.MANUAL, timezone.localdate(), window_days, user)


def decide_automatic(user: User, *, window_days: int | None = None) -> RfmCuts:
    """Let the cuts follow the facts again. Ask for a refresh so that they take effect."""
    today = timezone.localdate()
    found = suggested(engine(settings.WAREHOUSE_URL), today, window_days)
    return _write(found, RfmCuts.Mode.AUTOMATIC, today, window_days, user)


@dataclass(frozen=True)
class Preview:
    """What other cuts would change. `moves`: {(segment now, segment then): customers}, stayers included."""

    moves: Mapping[tuple[str, str], int]

    @property
    def customers(self) -> int:
        return sum(self.moves.values())

    @property
    def changed(self) -> int:
        """How many people would be in another group."""
        return sum(count for (now, then), count in self.moves.items() if now != then)


def preview(chosen: Cuts, *, window_days: int | None = None) -> Preview:
    """Score everybody anew with other cuts and compare the groups with the published ones. Writes nothing."""
    facts = engine(settings.WAREHOUSE_URL)
    current = in_force()
    if current and current.window_days == window_days:
        summary = scores.select("customer_key", "recency_days", "frequency", "monetary")
    else:
        summary = rfm_base(people_orders(), as_of=_scored_on(facts), window_days=window_days)
    now = scores.select("customer_key", now="segment")
    then = rfm(summary, chosen).select("customer_key", then="segment")
    moves = (
        now.join(then, "customer_key")
        .group_by("now", "then")
        .aggregate(customers=lambda pair: pair.count())
        .order_by("now", "then")
    )
    return Preview({(row["now"], row["then"]): row["customers"] for row in facts.rows(moves)})


def _scored_on(facts: Engine) -> dt.date:
    """The day of the published scores."""
    found: dt.date | None = facts.rows(scores.aggregate(day=scores.as_of.max()))[0]["day"]
    return found or timezone.localdate()


def _four(kind: Callable[[Any], Number], edges: list[Any]) -> tuple[Number, Number, Number, Number]:
    first, second, third, fourth = map(kind, edges)
    return first, second, third, fourth


def _write(
    chosen: Cuts, mode: RfmCuts.Mode, as_of: dt.date, window_days: int | None, user: User | None
) -> RfmCuts:
    with transaction.atomic():
        last = RfmCuts.objects.aggregate(last=Max("version"))["last"] or 0
        return RfmCuts.objects.create(
            version=last + 1,
            mode=mode,
            as_of=as_of,
            window_days=window_days,
            recency_edges=list(chosen.recency),
            frequency_edges=list(chosen.frequency),
            monetary_edges=[str(edge) for edge in chosen.monetary],
            fixed_frequency=chosen.fixed_frequency,
            decided_by=user,
        )
