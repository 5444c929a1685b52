"""Which people a list is about: a question that an address can carry, and the people who answer it.

A room above asks about people of its own by naming a function on its AppConfig:
`people_behind = {"returns": "recompra.dashboards.customers.returns.behind"}`. It takes what is asked (the
plain values that the room put into the question), the day and the stores that may be seen; gives `Behind`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir
from django.apps import apps
from django.conf import settings
from django.core import signing
from django.http import Http404
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from recompra.customers.scope import StoreScope
from recompra.segments.found.columns import Column
from recompra.segments.models import Segment
from recompra.segments.rule.people import ALL, people_of
from recompra.segments.rule.read import read
from recompra.segments.rule.sentence import sentence
from recompra.segments.rule.tree import Group, Match, Rule
from recompra.segments.rule.write import as_json
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES

SALT = "segments.found"
LONGEST = 6_000
"""Letters of a question in an address: servers take some eight thousand for the whole."""
RULE, SEGMENT = "rule", "segment"
EVERYBODY: Rule = Group(Match.ALL)


@dataclass(frozen=True)
class Question:
    """`origin`: who knows the people; `asked`: the plain values that it needs, filters and never a person."""

    origin: str
    asked: Mapping[str, Any] = field(default_factory=dict)

    def token(self) -> str:
        """The question as one signed word for an address. Refused: it is too long for one."""
        word = signing.dumps({"o": self.origin, "a": self.asked}, salt=SALT, compress=True)
        if len(word) > LONGEST:
            raise Refused(
                _("Too many conditions for an address: save the group as a segment and open it there.")
            )
        return word


@dataclass(frozen=True)
class Behind:
    """The people behind a figure: `people` has a `customer_key` per person; `title` says who they are.

    `more`: columns that this list shows whatever else was chosen, facts that `people` has beside its own.
    `by`: one of them by which the list is put in order unless somebody wants another one, the largest first,
    and what that order is called. `chat`: one with the key of the product to write to each person about.
    """

    people: ir.Table
    title: str
    rule: Rule | None = None
    more: tuple[Column, ...] = ()
    by: tuple[str, str] = ("", "")
    chat: str = ""


def of_rule(rule: Rule) -> Question:
    """Those whom a rule holds."""
    return Question(RULE, {"rule": as_json(rule)})


def of_segment(segment: Segment) -> Question:
    """Those whom a saved segment holds now."""
    return Question(SEGMENT, {"segment": str(segment.public_id)})


def asked_by(token: str) -> Question:
    """The question of a token; without one, everybody. Raises Http404 for what was not made here."""
    if not token:
        return of_rule(EVERYBODY)
    try:
        plain = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    return Question(plain["o"], plain["a"])


def behind(question: Question, as_of: dt.date, stores: StoreScope) -> Behind:
    """The rows of `people` that answer, all columns, of these stores only. Refused: no longer to be asked."""
    origin = _origins().get(question.origin)
    if origin is None:
        raise Http404
    answer = origin(question.asked, as_of, stores)
    if set(TABLES["people"].columns) <= set(answer.people.columns):
        return answer
    people = ALL.of_stores(stores)["people"]
    held = people.filter(people.customer_key.isin(answer.people.customer_key))
    return Behind(held, answer.title, answer.rule)


def count(answer: Behind) -> int:
    """How many people the facts know in it, before the gate is asked."""
    counted = answer.people.aggregate(n=answer.people.count())
    return int(engine(settings.WAREHOUSE_URL).rows(counted)[0]["n"])


Origin = Callable[[Mapping[str, Any], dt.date, StoreScope], Behind]


def _origins() -> dict[str, Origin]:
    found: dict[str, Origin] = {RULE: _rule, SEGMENT: _segment}
    for config in apps.get_app_configs():
        named: Mapping[str, str] = getattr(config, "people_behind", {})
        found.update({name: import_string(path) for name, path in named.items()})
    return found


def _rule(asked: Mapping[str, Any], as_of: dt.date, stores: StoreScope) -> Behind:
    return _held(read(asked["rule"]), as_of, stores)


def _segment(asked: Mapping[str, Any], as_of: dt.date, stores: StoreScope) -> Behind:
    segment = Segment.objects.filter(public_id=asked["segment"]).first()
    if segment is None:
        raise Http404
    rule = read(segment.rule)
    return Behind(people_of(rule, as_of=as_of, stores=stores), segment.name, rule)


def _held(rule: Rule, as_of: dt.date, stores: Iterable[int] | None) -> Behind:
    return Behind(people_of(rule, as_of=as_of, stores=stores), sentence(rule), rule)
