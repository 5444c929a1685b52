"""The cuts between scores: which are in force, what new ones would change, and who decided them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.rfm import Cuts, cuts_from, edges, rfm
from recompra.customers.models import RfmCuts
from recompra.warehouse.engine import Engine, engine
from recompra.warehouse.schema import orders, scores

if TYPE_CHECKING:
    from recompra.accounts.models import User

SCORED = ("recency_score", "frequency_score", "monetary_score", "segment", "as_of", "cuts_version")


def in_force() -> RfmCuts | None:
    """The newest version; None until the first facts were scored."""
    return RfmCuts.objects.order_by("-version").first()


def edges_of(row: RfmCuts) -> Cuts:
    """A stored version as the cuts that `analytics.rfm` computes with."""
    return Cuts(
        recency=tuple(int(edge) for edge in row.recency_edges),
        frequency=tuple(int(edge) for edge in row.frequency_edges),
        monetary=tuple(Decimal(edge) for edge in row.monetary_edges),
        fixed_frequency=row.fixed_frequency,
    )


def settle(facts: Engine, as_of: dt.date) -> RfmCuts:
    """The cuts to score with on this day. Automatic ones follow the facts: a new version when an edge moved.
    Those the shop chose stay until the shop changes them."""
    current = in_force()
    if current and current.mode == RfmCuts.Mode.MANUAL:
        return current
    window = current.window_days if current else None
    summary = customer_summary(orders, as_of=as_of, window_days=window)
    found = cuts_from(facts.rows(edges(summary)))
    if current and edges_of(current) == found:
        return current
    return _write(found, RfmCuts.Mode.AUTOMATIC, as_of, window, None)


def decide(chosen: Cuts, user: User, *, window_days: int | None = None) -> RfmCuts:
    """The shop's own cuts, from now on. Ask for a refresh (`refresh.request`) so that they take effect."""
    return _write(chosen, RfmCuts.Mode.MANUAL, timezone.localdate(), window_days, user)


def decide_automatic(user: User, *, window_days: int | None = None) -> RfmCuts:
    """Let the cuts follow the facts again, from the next refresh on; until then the edges in force stay."""
    facts = engine(settings.WAREHOUSE_URL)
    today = timezone.localdate()
    found = cuts_from(facts.rows(edges(customer_summary(orders, as_of=today, window_days=window_days))))
    return _write(found, RfmCuts.Mode.AUTOMATIC, today, window_days, user)


@dataclass(frozen=True)
class Preview:
    """What other cuts would change. `moves`: {(segment now, segment then): customers}, those who stay included."""

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
    current = in_force()
    if current and current.window_days == window_days:
        summary = scores.drop(*SCORED)
    else:
        as_of = current.as_of if current else timezone.localdate()
        summary = customer_summary(orders, as_of=as_of, window_days=window_days)
    now = scores.select("customer_key", now="segment")
    then = rfm(summary, chosen).select("customer_key", then="segment")
    moves = (
        now.join(then, "customer_key")
        .group_by("now", "then")
        .aggregate(customers=lambda pair: pair.count())
        .order_by("now", "then")
    )
    rows = engine(settings.WAREHOUSE_URL).rows(moves)
    return Preview({(row["now"], row["then"]): row["customers"] for row in rows})


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
