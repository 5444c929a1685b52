"""A rule: who belongs to a group. Plain values that say what is asked, not how it is found.

The same tree is kept as JSON (`rule.read`), compiled (`rule.people`), told in words (`rule.sentence`) and
explained for one person (`rule.why`).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

VERSION = 1


class Match(StrEnum):
    """How many of a group's rules must hold."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


class Op(StrEnum):
    """What is asked of a field or of a measure."""

    IS = "is"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    YES = "yes"
    NO = "no"
    WITHIN = "within"
    NOT_WITHIN = "not_within"
    KNOWN = "known"
    UNKNOWN = "unknown"
    NEVER = "never"


class Did(StrEnum):
    BOUGHT = "bought"
    RETURNED = "returned"


class Measure(StrEnum):
    """What is counted of the purchases that fit; `VALUE` is R$, `DAYS` the different days."""

    ORDERS = "orders"
    UNITS = "units"
    VALUE = "value"
    DAYS = "days"


@dataclass(frozen=True)
class Dates:
    """From a day to a day, both included. Without a beginning or without an end: all before, all after."""

    since: dt.date | None
    until: dt.date | None


@dataclass(frozen=True)
class LastDays:
    """The last so many days, today included."""

    days: int


@dataclass(frozen=True)
class DaysAgo:
    """Between so many and so many days ago, both included; `farthest` None: or longer."""

    nearest: int
    farthest: int | None


@dataclass(frozen=True)
class CalendarMonth:
    """The calendar month so many months back: 0 is this one."""

    back: int


Period = Dates | LastDays | DaysAgo | CalendarMonth
Day = tuple[int, int]
"""A day of the year: month, day."""
Value = Decimal | int | str | tuple[str, ...] | tuple[Decimal, Decimal] | tuple[Day, Day] | Period | None


@dataclass(frozen=True)
class FieldIs:
    """One thing that is known of a person, of one of `fields`. What is unknown fits only `UNKNOWN`,
    `NONE_OF`, `NO` and `NOT_WITHIN`."""

    field: str
    op: Op
    value: Value = None


@dataclass(frozen=True)
class What:
    """Of which products: any of the values of each named property. `name` is "product" (its code), "group",
    "brand", "color", or any attribute that the shop's files gave."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Behaviour:
    """What a person bought or returned: `measure` of the orders that fit, compared with `value`.

    Orders that fit: not cancelled, up to today, in `period`, in one of `stores` (none named: in any), of
    `is_online` (None: either), with a line of every `what`. Where `what` is given only its lines are
    measured.
    """

    did: Did = Did.BOUGHT
    measure: Measure = Measure.ORDERS
    op: Op = Op.AT_LEAST
    value: Value = Decimal(1)
    what: tuple[What, ...] = ()
    stores: tuple[int, ...] = ()
    is_online: bool | None = None
    period: Period | None = None


@dataclass(frozen=True)
class Sequence:
    """First one thing, then another one later; with `within_days`, at most so many days later.

    `never`: the other one did not come (within these days) after the last time of the first.
    """

    first: Behaviour
    then: Behaviour
    within_days: int | None = None
    never: bool = False


@dataclass(frozen=True)
class Group:
    """Rules of which all, any or none must hold. Without any rule: everybody."""

    match: Match
    rules: tuple[Node, ...] = ()


Condition = FieldIs | Behaviour | Sequence
Node = Condition | Group
Rule = Group
"""A whole rule is a group."""


def conditions(node: Node, where: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Condition]]:
    """Every condition with its place: (2, 1) is the first rule of the group that is the second rule."""
    if isinstance(node, Group):
        for number, rule in enumerate(node.rules, 1):
            yield from conditions(rule, (*where, number))
    else:
        yield where, node


def days(period: Period, as_of: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of a period as of a day; None: without limit."""
    match period:
        case Dates(since, until):
            return since, until
        case LastDays(count):
            return as_of - dt.timedelta(days=count - 1), as_of
        case DaysAgo(nearest, farthest):
            first = None if farthest is None else as_of - dt.timedelta(days=farthest)
            return first, as_of - dt.timedelta(days=nearest)
        case CalendarMonth(back):
            months = as_of.year * 12 + as_of.month - 1 - back
            year, month = divmod(months, 12)
            last = calendar.monthrange(year, month + 1)[1]
            return dt.date(year, month + 1, 1), dt.date(year, month + 1, last)
