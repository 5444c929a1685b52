"""Finds a customer by what a person types: phone in any form, CPF, CNPJ, RG, e-mail, or parts of the name.

What is typed is personal data: it comes by POST and goes into no address, log or cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from recompra.customers import identifiers
from recompra.customers.keyfield import KeyField, prefix_range
from recompra.customers.listing import COLUMNS, Row
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.scope import StoreScope, within

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup

MOST = 50
LONGEST = 254
LEAST_OF_A_DOCUMENT = 6
LEAST_OF_AN_RG = 5
CANDIDATES = 2_000
Compiled = tuple[str, tuple[str | int, ...]]


@dataclass(frozen=True)
class Found:
    """`more`: there are others beyond these. `elsewhere`: the whole number or address that was typed belongs
    to a customer of another store, who is not shown."""

    rows: list[Row]
    more: bool = False
    elsewhere: bool = False


def find(text: str, scope: StoreScope, among: Q | None = None) -> Found:
    """At most MOST customers that staff of these stores may see, those whose name begins so first.

    `among`: a condition on Customer that says whom to look through instead, such as records kept apart.
    """
    typed = text.strip()[:LONGEST]
    allowed = Customer.objects.filter(within(scope) if among is None else among)
    ids = _by_identifier(typed)
    if ids is None:
        return _by_name(typed, allowed, is_narrow=scope is not None or among is not None)
    rows = _rows(allowed.filter(pk__in=ids).order_by("name_key", "pk"))
    return Found(rows[:MOST], more=len(rows) > MOST, elsewhere=bool(ids) and not rows and _is_whole(typed))


def _is_whole(typed: str) -> bool:
    """Whether this is a whole document, phone or e-mail, and not the beginning of one."""
    reads = (identifiers.cpf, identifiers.cnpj, identifiers.email, identifiers.phone)
    return any(read(typed) for read in reads)


def _by_identifier(typed: str) -> list[int] | None:
    """Ids of who has this document, phone or e-mail or one that begins so; None when a name was typed."""
    if "@" in typed:
        address = identifiers.email(typed) or typed.lower()
        return _with_contact(address, ContactPoint.Kind.EMAIL)
    if company := identifiers.cnpj(typed):
        return _ids(Customer.objects.filter(cnpj=company))
    digits = "".join(char for char in typed if char in "0123456789")
    if not digits or ((is_worded := len([char for char in typed if char.isalpha()]) > 2) and len(digits) < 5):
        return None
    ids = _with_rg(typed)
    if is_worded:  # an RG with who issued it; else perhaps a name with a number in it
        return ids or None
    if person := identifiers.cpf(typed):
        ids += _ids(Customer.objects.filter(cpf=person))
    if key := identifiers.phone_search_key(typed):
        ids += _with_contact(key, ContactPoint.Kind.MOBILE, ContactPoint.Kind.PHONE)
    if not ids and len(digits) >= LEAST_OF_A_DOCUMENT:
        first, after = prefix_range(digits)
        ids = _ids(Customer.objects.filter(cpf__gte=first, cpf__lt=after))
        ids += _ids(Customer.objects.filter(cnpj__gte=first, cnpj__lt=after))
    return ids


def _with_rg(typed: str) -> list[int]:
    """Of who has an RG that begins so, letters and all; several states may have given the same number."""
    key = identifiers.rg_key(typed)
    if len(key) < LEAST_OF_AN_RG:
        return []
    first, after = prefix_range(key)
    return _ids(Customer.objects.exclude(rg_key="").filter(rg_key__gte=first, rg_key__lt=after))


def _with_contact(prefix: str, *kinds: str) -> list[int]:
    first, after = prefix_range(prefix)
    points = ContactPoint.objects.filter(match_key__gte=first, match_key__lt=after, kind__in=kinds)
    return list(dict.fromkeys(points.order_by("match_key").values_list("customer_id", flat=True)[: MOST + 1]))


def _ids(people: Any) -> list[int]:
    return list(people.values_list("pk", flat=True)[: MOST + 1])


def _by_name(typed: str, allowed: QuerySet[Customer], *, is_narrow: bool) -> Found:
    key = identifiers.name_key(typed)
    if len(key) < 2:
        return Found([])
    first, after = prefix_range(key)
    begin = allowed.filter(name_key__gte=first, name_key__lt=after).order_by("name_key", "pk")
    rows = _rows(begin)
    for wanted in _attempts(key.split(), is_narrow=is_narrow):
        if len(rows) > MOST:
            break
        known = {row.public_id for row in rows}
        rows += [row for row in _rows(allowed.filter(name_key__words=wanted)) if row.public_id not in known]
    return Found(rows[:MOST], more=len(rows) > MOST)


def _attempts(words: list[str], *, is_narrow: bool) -> Iterator[WordsWanted]:
    """Whole words first, then beginnings, both among the first CANDIDATES: a name that half the town bears
    must not be gathered whole. Only where most of those may be out of reach (another store's, or no person)
    is everybody looked at."""
    yield WordsWanted(words, whole=True, most=CANDIDATES)
    yield WordsWanted(words, most=CANDIDATES)
    if is_narrow:
        yield WordsWanted(words)


def _rows(people: Any) -> list[Row]:
    return [Row(*values) for values in people.values_list(*COLUMNS)[: MOST + 1]]


@dataclass(frozen=True)
class WordsWanted:
    """Every one of these words is a word of the name (`whole`) or begins one; `most`: look no further."""

    words: list[str]
    whole: bool = False
    most: int | None = None


@KeyField.register_lookup
class Words(AnyLookup):
    """`name_key__words=WordsWanted(["ana", "sou"])`: every one of these begins some word of the name.

    By the index that the migration `name_words` made: FTS5 on SQLite, GIN on PostgreSQL.
    """

    lookup_name = "words"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        column, _params = self.process_lhs(compiler, connection)
        table = column.rpartition(".")[0]
        end = "" if self.rhs.whole else "*"
        match = " AND ".join(f'"{word}"{end}' for word in _plain(self.rhs.words))
        found = "SELECT rowid FROM customers_name_words WHERE customers_name_words MATCH %s"
        if self.rhs.most is None:
            return f"{table}.id IN ({found})", (match,)
        return f"{table}.id IN ({found} LIMIT %s)", (match, self.rhs.most)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        column, _params = self.process_lhs(compiler, connection)
        end = "" if self.rhs.whole else ":*"
        match = " & ".join(f"'{word}'{end}" for word in _plain(self.rhs.words))
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", (match,)


def _plain(words: Iterable[str]) -> list[str]:
    """Letters and digits only: nothing that either query language would read as its own."""
    return ["".join(char for char in word if char.isalnum()) for word in words]
