"""What stands in the conditions of a rule: amounts, days, periods, words; each is read or refused in words.

`place`: which condition of the rule a mistake is told of ("2.1"); "" means the rule as a whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard, TypeVar

from django.utils.translation import gettext as _

from recompra.segments.ages import EDGES, oldest
from recompra.segments.fields import Field, Kind
from recompra.segments.rule.tree import CalendarMonth, Dates, Day, DaysAgo, LastDays, Op, Period, What
from recompra.theme.refused import Refused

MOST_VALUES = 500
MOST_LETTERS = 120
LONGEST_DAYS = 36_500
LARGEST = Decimal(10) ** 12
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DAY_OF_YEAR = re.compile(r"^(\d{2})-(\d{2})$")
Chosen = TypeVar("Chosen")


def chosen(one: Field, value: Any, place: str) -> tuple[str, ...]:
    if one.kind == Kind.STORE:
        return tuple(str(store) for store in stores(value, place, needed=True))
    words = _words(value, place)
    if one.kind == Kind.CHOICE and one.choices is not None:
        for word in words:
            if word not in one.choices:
                raise wrong(
                    place,
                    _("“%(value)s” is no value of “%(field)s”.") % {"value": word, "field": one.title},
                )
    return words


def _words(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise wrong(place, _("choose at least one value."))
    if len(value) > MOST_VALUES:
        raise wrong(place, _("choose up to %(most)s values.") % {"most": MOST_VALUES})
    for word in value:
        if not _is_text(word):
            raise wrong(
                place, _("a value must be a text of up to %(most)s letters.") % {"most": MOST_LETTERS}
            )
    return tuple(dict.fromkeys(value))


def _is_text(word: Any) -> TypeGuard[str]:
    """A text that every engine can hold: no NUL, no half of a character."""
    if not isinstance(word, str) or not word.strip() or len(word) > MOST_LETTERS:
        return False
    return "\0" not in word and not any("\ud800" <= letter <= "\udfff" for letter in word)


def what_of(value: Any, place: str) -> tuple[What, ...]:
    if value is None:
        return ()
    found = an_object(value, place)
    for name in found:
        if not _is_text(name):
            raise wrong(place, _("a product property must have a name."))
    return tuple(What(name, _words(values, place)) for name, values in sorted(found.items()))


def stores(value: Any, place: str, *, needed: bool = False) -> tuple[int, ...]:
    if value is None and not needed:
        return ()
    if not isinstance(value, list) or (needed and not value) or len(value) > MOST_VALUES:
        raise wrong(place, _("choose at least one store."))
    return tuple(dict.fromkeys(whole_number(one, place, least=1, most=2**31) for one in value))


def channel(value: Any, place: str) -> bool | None:
    if value is None:
        return None
    if value not in ("online", "store"):
        raise wrong(place, _("the channel is “online” or “store”."))
    return bool(value == "online")


def amounts(op: Op, value: Any, place: str, *, whole: bool) -> Decimal | tuple[Decimal, Decimal]:
    if op != Op.BETWEEN:
        return _amount(value, place, whole=whole)
    least, most = (_amount(one, place, whole=whole) for one in _pair(value, place))
    if least > most:
        raise wrong(place, _("the first number is larger than the second."))
    return least, most


def _amount(value: Any, place: str, *, whole: bool) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal) or len(str(value)) > 30:
        raise wrong(place, _("a number is missing."))
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise wrong(place, _("“%(value)s” is no number.") % {"value": value}) from None
    if not found.is_finite() or abs(found) > LARGEST:
        raise wrong(place, _("“%(value)s” is no number that can be compared.") % {"value": value})
    if whole and found != found.to_integral_value():
        raise wrong(place, _("“%(value)s” must be a whole number.") % {"value": value})
    return found.quantize(Decimal(1) if whole else Decimal("0.01")) if found else Decimal(0)


def age(op: Op, value: Any, place: str) -> Decimal | tuple[Decimal, Decimal]:
    """A span of whole bands: the facts hold no birth date."""
    if op == Op.BETWEEN:
        least, most = (whole_number(one, place, least=0, most=150) for one in _pair(value, place))
        if least > most:
            raise wrong(place, _("the first number is larger than the second."))
        _edge(least, EDGES, place)
        _edge(most, (*oldest(), 150), place)
        return Decimal(least), Decimal(most)
    one = whole_number(value, place, least=0, most=150)
    _edge(one, EDGES if op == Op.AT_LEAST else oldest(), place)
    return Decimal(one)


def _edge(age: int, edges: tuple[int, ...], place: str) -> None:
    if age not in edges:
        near = sorted(edges, key=lambda edge: abs(edge - age))[:2]
        raise wrong(
            place,
            _("ages are kept in bands of five years: choose %(one)s or %(other)s instead of %(age)s.")
            % {"one": min(near), "other": max(near), "age": age},
        )


def days_of_year(value: Any, place: str) -> tuple[Day, Day]:
    first, last = (_day_of_year(one, place) for one in _pair(value, place))
    return first, last


def _day_of_year(value: Any, place: str) -> Day:
    found = _DAY_OF_YEAR.match(value) if isinstance(value, str) else None
    if found is not None:
        month, day = int(found[1]), int(found[2])
        try:
            dt.date(2000, month, day)
        except ValueError:
            pass
        else:
            return month, day
    raise wrong(place, _("a birthday is a month and a day, such as 12-25."))


def period(value: Any, place: str) -> Period:
    data = an_object(value, place)
    readers: dict[frozenset[str], Callable[[Mapping[str, Any], str], Period]] = {
        frozenset({"last_days"}): _last_days,
        frozenset({"days_ago"}): _days_ago,
        frozenset({"month"}): _month,
    }
    chosen = readers.get(frozenset(data))
    if chosen is not None:
        return chosen(data, place)
    if data and set(data) <= {"from", "to"}:
        return _dates(data, place)
    raise wrong(place, _("the period is missing."))


def _last_days(data: Mapping[str, Any], place: str) -> LastDays:
    return LastDays(whole_number(data["last_days"], place, least=1, most=LONGEST_DAYS))


def _days_ago(data: Mapping[str, Any], place: str) -> DaysAgo:
    nearest, farthest = _pair(data["days_ago"], place)
    near = whole_number(nearest, place, least=0, most=LONGEST_DAYS)
    far = None if farthest is None else whole_number(farthest, place, least=0, most=LONGEST_DAYS)
    if far is not None and near > far:
        raise wrong(place, _("the first number is larger than the second."))
    return DaysAgo(near, far)


def _month(data: Mapping[str, Any], place: str) -> CalendarMonth:
    return CalendarMonth(-whole_number(data["month"], place, least=-1_200, most=0))


def _dates(data: Mapping[str, Any], place: str) -> Dates:
    since, until = (_day(data.get(name), place) for name in ("from", "to"))
    if since is None and until is None:
        raise wrong(place, _("the period is missing."))
    if since and until and since > until:
        raise wrong(place, _("the period ends before it starts."))
    return Dates(since, until)


def _day(value: Any, place: str) -> dt.date | None:
    if value is None:
        return None
    if isinstance(value, str) and _DAY.match(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong(place, _("“%(value)s” is no day.") % {"value": str(value)[:30]})


def whole_number(value: Any, place: str, *, least: int, most: int) -> int:
    found = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 12 else value
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise wrong(
            place,
            _("a whole number from %(least)s to %(most)s is needed.") % {"least": least, "most": most},
        )
    return found


def _pair(value: Any, place: str) -> tuple[Any, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise wrong(place, _("two values are needed, from and to."))
    return value[0], value[1]


def choice(kind: Callable[[Any], Chosen], value: Any, place: str) -> Chosen:
    try:
        return kind(value)
    except ValueError:
        raise wrong(place, _("“%(value)s” is not understood.") % {"value": str(value)[:30]}) from None


def an_object(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong(place, _("an object is needed here."))
    return value


def allow(data: Mapping[str, Any], names: set[str], place: str) -> None:
    for name in data:
        if name not in names:
            raise wrong(place, _("“%(value)s” is not understood.") % {"value": str(name)[:30]})


def place_of(where: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in where)


def wrong(place: str, what: str) -> Refused:
    if not place:
        return Refused(_("The rule: %(what)s") % {"what": what})
    return Refused(_("Condition %(place)s: %(what)s") % {"place": place, "what": what})
