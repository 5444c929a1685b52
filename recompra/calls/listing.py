"""Which calls the list shows, in which order, a page at a time, asking at the last moment whether we may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from recompra.accounts.models import User
from recompra.accounts.roles import Role
from recompra.calls.models import Call
from recompra.customers.models import ContactAttempt, Customer
from recompra.customers.scope import StoreScope, within
from recompra.customers.search import find
from recompra.privacy.permission import allowed, permitted
from recompra.theme import keyset

PAGE = 25
CHUNK = 60
ROUNDS = 20
"""Where so many chunks in a row hold hardly anybody whom we may call, a page is shorter."""
SITUATIONS = {
    "chamar": Call.Status.OPEN,
    "adiados": Call.Status.SNOOZED,
    "falei": Call.Status.TALKED,
    "nao": Call.Status.DECLINED,
    "voltaram": Call.Status.WON,
    "passou": Call.Status.LAPSED,
}
STAKE, LATE, RECENT = "valor", "atraso", "recente"
SORTS: dict[str, tuple[str, keyset.Kind]] = {
    STAKE: ("-stake", Decimal),
    LATE: ("due_on", dt.date),
    RECENT: ("-last_on", dt.date),
}
MINE, FREE, MINE_OR_FREE, ANYBODY = "meus", "livres", "meus-e-livres", "todos"
WHOSE = (MINE_OR_FREE, MINE, FREE, ANYBODY)


@dataclass(frozen=True)
class Filters:
    """What stands in the address. `whose`: a word of WHOSE, or the id of a colleague as text."""

    user: User
    scope: StoreScope
    situation: str = "chamar"
    store: int | None = None
    whose: str = ANYBODY
    sort: str = STAKE

    @classmethod
    def read(cls, given: Mapping[str, str], user: User) -> Filters:
        """What makes no sense is left out. A seller begins with their own customers and those of nobody."""
        situation, whose, sort = (given.get(name, "") for name in ("situacao", "de", "ordem"))
        store = given.get("loja", "")
        usual = MINE_OR_FREE if user.role == Role.SELLER else ANYBODY
        return cls(
            user,
            user.store_scope(),
            situation if situation in SITUATIONS else "chamar",
            int(store) if store.isdecimal() and len(store) < 10 else None,
            whose if whose in WHOSE or (whose.isdecimal() and len(whose) < 10) else usual,
            sort if sort in SORTS else STAKE,
        )

    def query(self, **more: str) -> str:
        told = {"situacao": self.situation, "de": self.whose, "ordem": self.sort}
        told |= {"loja": "" if self.store is None else str(self.store)} | more
        return urlencode({name: value for name, value in told.items() if value})

    def rows(self) -> QuerySet[Call]:
        column, _kind = SORTS[self.sort]
        found = self._of_whom(in_scope(self.scope)).filter(status=SITUATIONS[self.situation])
        if self.store is not None:
            found = found.filter(store=self.store)
        return found.order_by(column, "-pk" if column.startswith("-") else "pk")

    def _of_whom(self, found: QuerySet[Call]) -> QuerySet[Call]:
        mine, free = Q(seller=self.user), Q(seller=None)
        if self.whose.isdecimal():
            return found.filter(seller=int(self.whose))
        return found.filter({MINE: mine, FREE: free, MINE_OR_FREE: mine | free}.get(self.whose, Q()))


@dataclass(frozen=True)
class Line:
    """A call as it is shown. `over`: days past the mean interval; `whatsapp`: whether that way is open;
    `tried_at`: when somebody last opened a conversation since the last purchase."""

    call: Call
    today: dt.date
    whatsapp: bool
    tried_at: dt.datetime | None = None

    @property
    def waiting(self) -> int:
        return (self.today - self.call.last_on).days

    @property
    def over(self) -> int:
        return (self.today - self.call.due_on).days


def in_scope(scope: StoreScope) -> QuerySet[Call]:
    """The calls of customers whom staff of these stores may see. Who is shown is asked of the record too."""
    found = Call.objects.select_related("store", "seller")
    return found if scope is None else found.filter(Q(store__in=scope) | Q(store=None))


def page(filters: Filters, after: str | None, size: int = PAGE) -> tuple[list[Line], str]:
    """One page, and the cursor of the next ("": there is none)."""
    column, kind = SORTS[filters.sort]
    name, found, place = column.removeprefix("-"), list[Call](), keyset.decode(after, kind, int)
    for _round in range(ROUNDS):
        rows = filters.rows().filter(_beyond(column, place)) if place else filters.rows()
        chunk = list(rows[: max(CHUNK, size)])
        for call in may_be_called(chunk, filters.scope):
            if len(found) == size:
                return lines(found), keyset.encode(getattr(found[-1], name), found[-1].pk)
            found.append(call)
        if len(chunk) < max(CHUNK, size):
            return lines(found), ""
        place = getattr(chunk[-1], name), chunk[-1].pk
    return lines(found), keyset.encode(*place) if place else ""


def _beyond(column: str, place: tuple[keyset.Value, ...]) -> Q:
    """What comes after a place; its first half lets an index begin there."""
    then = "lt" if column.startswith("-") else "gt"
    name = column.removeprefix("-")
    value, pk = place
    return Q(**{f"{name}__{then}e": value}) & (Q(**{f"{name}__{then}": value}) | Q(**{f"pk__{then}": pk}))


def may_be_called(calls: Sequence[Call], scope: StoreScope) -> list[Call]:
    """Those of these calls whose customer may be seen and contacted now, with the customer at hand."""
    people = Customer.objects.filter(within(scope), pk__in=[call.customer_id for call in calls])
    there = permitted(people, "contact", "").select_related("standing").in_bulk()
    kept = [call for call in calls if call.customer_id in there]
    for call in kept:
        call.customer = there[call.customer_id]
    return kept


def lines(calls: Sequence[Call]) -> list[Line]:
    """The calls with what a row tells beside them."""
    ids = [call.customer_id for call in calls]
    open_ways = allowed(ids, "contact", "whatsapp")
    tried = dict(
        ContactAttempt.objects.filter(customer__in=ids)
        .values("customer_id")
        .annotate(last=Max("at"))
        .values_list("customer_id", "last")
    )
    told, today = [], timezone.localdate()
    for call in calls:
        at = tried.get(call.customer_id)
        since = at if at is not None and timezone.localdate(at) > call.last_on else None
        told.append(Line(call, today, call.customer_id in open_ways, since))
    return told


def named(typed: str, filters: Filters) -> list[Line]:
    """The live calls of whoever was looked for, whatever was done with them: at most a page."""
    people = [row.public_id for row in find(typed, filters.scope).rows]
    found = in_scope(filters.scope).filter(customer__public_id__in=people, status__in=Call.LIVE)
    return lines(may_be_called(list(found.order_by("-stake", "-pk")[:PAGE]), filters.scope))


def everything(filters: Filters) -> Iterator[Line]:
    """The whole list, for a file."""
    after: str | None = None
    while after != "":
        found, after = page(filters, after, 1_000)
        yield from found


def of_customer(customer: Customer) -> Call | None:
    """The live call about a customer, the newest of several."""
    live = Call.objects.filter(customer=customer, status__in=Call.LIVE)
    return live.order_by(F("last_on").desc(), "-pk").first()
