"""The form of the page Pesquisa: its values stand in the address, and together they are a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from recompra.accounts.models import Store, User
from recompra.customers.scope import StoreScope
from recompra.segments.rule.people import ALL
from recompra.segments.rule.read import read
from recompra.segments.rule.tree import Rule
from recompra.segments.search.filters import FIELDS, FILTERS, Filter, Words, Wrong
from recompra.warehouse.engine import engine

MOST_WORDS = 60


class SearchForm(forms.Form):
    """Every field of every ready condition. `rule` is there once it is valid."""

    def __init__(self, given: QueryDict, user: User) -> None:
        super().__init__(given)
        self.fields.update({name: make() for name, make in FIELDS.items()})
        for name, choices in offered(user).items():
            field = self.fields[name]
            assert isinstance(field, Words)  # noqa: S101 (so `FIELDS` says)
            field.choices = choices
        self.conditions: list[dict[str, Any]] = []

    def clean(self) -> dict[str, Any]:
        """Each part whose fields can be read makes its conditions."""
        given = super().clean() or self.cleaned_data
        for part in FILTERS:
            if any(name in self.errors for name in part.fields):
                continue
            values = {name: given.get(name) for name in part.fields}
            if not asked(values):
                continue
            try:
                self.conditions += part.ask(values)
            except Wrong as wrong:
                self.add_error(wrong.field, wrong.sentence)
        return given

    def rule(self) -> Rule:
        """What is asked by the parts that could be understood."""
        return read({"version": 1, "match": "all", "rules": self.conditions})

    def parts(self) -> Iterator[tuple[Filter, list[forms.BoundField], bool]]:
        """Each condition, its fields, and whether anything is filled in."""
        for part in FILTERS:
            shown = [self[name] for name in part.fields]
            if all(isinstance(one.field, Words) and not one.field.choices for one in shown):
                continue
            yield part, shown, asked({one.name: one.data for one in shown})


def asked(values: Mapping[str, Any]) -> bool:
    """Whether anything of a part is filled in."""
    return any(
        value is not None and value is not False and value not in ("", []) for value in values.values()
    )


def offered(user: User) -> dict[str, list[tuple[str, str]]]:
    """The values of the facts that may be chosen: programmes, tiers, and the stores this person may see."""
    scope = user.store_scope()
    stores = Store.objects.all() if scope is None else Store.objects.filter(pk__in=scope)
    state = f"{settings.WAREHOUSE_URL} {engine(settings.WAREHOUSE_URL).version()}"
    return {
        "loja": [(str(store.pk), store.name) for store in stores],
        "programa": _words(state, "loyalty_program", scope),
        "categoria": _words(state, "loyalty_tier", scope),
    }


@lru_cache(maxsize=64)
def _words(_state: str, column: str, scope: StoreScope) -> list[tuple[str, str]]:
    """What the files called them, the most common first; asked once per state of the facts."""
    people = ALL.of_stores(scope)["people"]
    known = people.filter(people[column].notnull())
    counted = known.group_by(column).agg(n=known.count())
    first = counted.order_by(counted.n.desc(), counted[column]).limit(MOST_WORDS)
    rows = engine(settings.WAREHOUSE_URL).rows(first)
    return [(row[column], row[column]) for row in rows]
