"""The queue of possible duplicates: what waits, what was decided, and deciding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.models import User
from recompra.customers.identity.merge import merge
from recompra.customers.models import Customer, Duplicate, Merge
from recompra.customers.scope import StoreScope, within
from recompra.theme import keyset
from recompra.theme.refused import Refused

PAGE = 25
SCORES = (60, 80, 90, 95)
STATES = {
    "": Duplicate.Status.OPEN,
    "depois": Duplicate.Status.LATER,
    "diferentes": Duplicate.Status.DIFFERENT,
}
"""What `?situacao=` shows; "unidos" are the merges."""
MERGED = "unidos"
NEWEST = "recentes"
Status = Duplicate.Status


@dataclass(frozen=True)
class Filters:
    """What the address asks for. `sort`: "" is the likeliest first, NEWEST who was found last."""

    state: str = ""
    least: int = SCORES[0]
    sort: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Filters:
        """From `?situacao=&nota=&ordem=`; what makes no sense is left out."""
        state, least = query.get("situacao", ""), query.get("nota", "")
        known = state if state in (*STATES, MERGED) else ""
        wanted = next((score for score in SCORES if str(score) == least), SCORES[0])
        return cls(known, wanted, NEWEST if query.get("ordem") == NEWEST else "")

    def query(self) -> str:
        least = self.least if self.least != SCORES[0] else ""
        pairs = {"situacao": self.state, "nota": least, "ordem": self.sort}
        return urlencode({name: value for name, value in pairs.items() if value})


def visible(scope: StoreScope) -> QuerySet[Duplicate]:
    """The pairs of which this person may see both records, and neither was merged meanwhile."""
    both = within(scope, "first__") & within(scope, "second__")
    return Duplicate.objects.filter(both).select_related("first", "second", "decided_by")


def page(
    filters: Filters, scope: StoreScope, after: str | None = None, ids: Iterable[int] | None = None
) -> tuple[list[Duplicate], str]:
    """A page of pairs and where the next begins. `ids`: only pairs of one of these."""
    found = ordered(filters, scope)
    if ids is not None:
        wanted = list(ids)
        found = found.filter(Q(first__in=wanted) | Q(second__in=wanted))
    if place := keyset.decode(after, int, int):
        score, pk = place
        further = Q(score__lt=score) | Q(score=score, pk__gt=pk)
        found = found.filter(Q(pk__lt=pk) if filters.sort == NEWEST else further)
    rows = list(found[: PAGE + 1])
    more = keyset.encode(rows[PAGE - 1].score, rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return rows[:PAGE], more


def ordered(filters: Filters, scope: StoreScope) -> QuerySet[Duplicate]:
    """The pairs that are asked for. Those that a person chose have no score: the lowest choice shows them."""
    found = visible(scope).filter(status=STATES[filters.state])
    if filters.least != SCORES[0]:
        found = found.filter(score__gte=filters.least)
    return found.order_by("-pk") if filters.sort == NEWEST else found.order_by("-score", "pk")


def next_open(scope: StoreScope, after: Duplicate) -> Duplicate | None:
    """The pair that comes next for review."""
    waiting = visible(scope).filter(status=Status.OPEN).exclude(pk=after.pk).order_by("-score", "pk")
    below = waiting.filter(Q(score__lt=after.score) | Q(score=after.score, pk__gt=after.pk))
    return below.first() or waiting.first()


def merges(scope: StoreScope, after: str | None = None) -> tuple[list[Merge], str]:
    """A page of the merges that stand, newest first."""
    found = merged(scope)
    if place := keyset.decode(after, int):
        found = found.filter(pk__lt=place[0])
    rows = list(found[: PAGE + 1])
    more = keyset.encode(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return rows[:PAGE], more


def merged(scope: StoreScope) -> QuerySet[Merge]:
    """The merges that stand, newest first."""
    found = Merge.objects.filter(within(scope, "kept__"), undone_at=None)
    return found.select_related("kept", "gone", "by").order_by("-pk")


def unite(pair: Duplicate, kept: Customer, gone: Customer, take: Iterable[str], *, by: User) -> Merge:
    """Merge the two and note who decided so. Raises Refused."""
    with transaction.atomic():
        done = merge(kept, gone, by=by, take=take)
        decided = {"status": Status.MERGED, "decided_by": by, "decided_at": timezone.now()}
        Duplicate.objects.filter(pk=pair.pk).update(**decided)
    return done


def decide(pair: Duplicate, status: str, *, by: User) -> None:
    """Call the two different people for good, put the pair off, or take it up again.

    Raises Refused when they were merged meanwhile.
    """
    with transaction.atomic():
        held = Duplicate.objects.select_for_update().get(pk=pair.pk)
        if held.status == Status.MERGED:
            raise Refused(_("One of these records was just merged: open the queue again."))
        held.status, held.decided_by, held.decided_at = status, by, timezone.now()
        held.save(update_fields=["status", "decided_by", "decided_at"])
        if status == Status.DIFFERENT:
            audit.record(by, "not_duplicates", customer_id=held.first_id)


def counts(scope: StoreScope) -> int:
    """How many pairs wait for review; more than a thousand are not counted."""
    return len(visible(scope).filter(status=Status.OPEN).values_list("pk", flat=True)[:1001])
