"""Colleagues called to a note: by choosing them, or by writing @Nome in it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from recompra.accounts.models import User
from recompra.accounts.roles import Capability
from recompra.customers.identifiers import text_key
from recompra.customers.models import Customer, Mention, Note
from recompra.customers.scope import within
from recompra.theme import keyset

PAGE = 25
CALL = re.compile(r"(?<!\w)@")
LONGEST_NAME = 120


def callable_for(customer: Customer) -> list[User]:
    """The colleagues who may see this customer, by name."""
    active = User.objects.filter(is_active=True).prefetch_related("stores").order_by("name", "pk")
    return [user for user in active if user.may(Capability.SEE_CUSTOMERS) and _sees(user, customer)]


def _sees(user: User, customer: Customer) -> bool:
    """As `scope.within`, of a customer already read."""
    standing = getattr(customer, "standing", None)
    store = standing.store_id if standing else None
    scope = user.store_scope()
    return scope is None or store is None or store in scope


def named(text: str, among: Iterable[User]) -> list[User]:
    """Who is named as @Nome: by the whole name, or by the first one where only one colleague has it. The
    longest name that fits is meant."""
    people = [(text_key(user.name), user) for user in among]
    firsts = Counter(name.split(" ")[0] for name, _user in people)
    calls = {name: user for name, user in people if name}
    calls |= {name.split(" ")[0]: user for name, user in people if name and firsts[name.split(" ")[0]] == 1}
    found = []
    for part in CALL.split(text)[1:]:
        words = text_key(part[:LONGEST_NAME]) + " "
        fitting = [call for call in calls if words.startswith(f"{call} ")]
        if fitting:
            found.append(calls[max(fitting, key=len)])
    return found


def call(note: Note, chosen: Iterable[User], *, by: User) -> None:
    """Mention who was chosen or is named in the text: each once, the author never."""
    everybody = callable_for(note.customer)
    picked = {user.pk for user in chosen}
    called = [user for user in everybody if user.pk in picked] + named(note.text, everybody)
    Mention.objects.bulk_create(
        [Mention(note=note, user=user) for user in dict.fromkeys(called) if user.pk != by.pk],
        ignore_conflicts=True,
    )


def unread(user: User) -> int:
    """How many notes wait for this person."""
    return of(user).filter(read_at=None).count()


def of(user: User) -> QuerySet[Mention]:
    """The calls to this person, of notes still there on customers whom they may still see."""
    seen = Customer.objects.filter(within(user.store_scope()), merged_into=None)
    return Mention.objects.filter(user=user, note__deleted_at=None, note__customer__in=seen)


def read(user: User, pk: int | None = None) -> None:
    """Note that one call (None: all of them) was seen."""
    waiting = Mention.objects.filter(user=user, read_at=None)
    (waiting if pk is None else waiting.filter(pk=pk)).update(read_at=timezone.now())


@dataclass(frozen=True)
class Page:
    mentions: list[Mention]
    after: str


def page(user: User, *, everything: bool, after: str = "") -> Page:
    """The calls to this person, newest first: those not yet seen, or everything."""
    found = of(user).select_related("note", "note__author", "note__customer")
    if not everything:
        found = found.filter(read_at=None)
    place = keyset.decode(after, dt.datetime, int)
    if place and isinstance(place[0], dt.datetime) and place[0].tzinfo:
        found = found.filter(Q(at__lt=place[0]) | Q(at=place[0], pk__lt=place[1]))
    rows = list(found.order_by("-at", "-pk")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], keyset.encode(last.at, last.pk) if last else "")
