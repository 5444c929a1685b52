"""The time and the stores that the figures of a customer are about, as they stand in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from recompra.accounts.models import Store

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MONTHS = {"3m": 3, "6m": 6, "12m": 12}
CHOICES: dict[str, StrPromise] = {
    "mes": _("This month"),
    "3m": _("Last 3 months"),
    "6m": _("Last 6 months"),
    "12m": _("Last 12 months"),
    "ano": _("This year"),
    "tudo": _("Since the first purchase"),
    "datas": _("Chosen dates"),
}
USUAL = "12m"
FIRST_DAY = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class Period:
    """Days `since` to `until`, both included; `store` None means every store.

    `since` None means from the first purchase on; then there is no period before it.
    """

    code: str
    since: dt.date | None
    until: dt.date
    store: int | None = None

    @classmethod
    def read(cls, query: QueryDict, today: dt.date, stores: Iterable[Store] = ()) -> Period:
        """From `?periodo=&de=&ate=&compras=`. What makes no sense is the last 12 months in every store."""
        code = query.get("periodo", "")
        since, until = _day(query.get("de")), _day(query.get("ate"))
        if code == "datas" or (not code and (since or until)):
            found = _dates(since, until, today)
        else:
            found = cls.named(code if code in CHOICES else USUAL, today)
        known = {str(store.pk): store.pk for store in stores}
        return replace(found, store=known.get(query.get("compras", "")))

    @classmethod
    def named(cls, code: str, today: dt.date) -> Period:
        """One of CHOICES but "datas", as of today."""
        if code in MONTHS:
            return cls(code, months_before(today, MONTHS[code]) + dt.timedelta(days=1), today)
        since = {"mes": today.replace(day=1), "ano": today.replace(month=1, day=1)}.get(code)
        return cls(code, since, today)

    @property
    def previous(self) -> Period | None:
        """The period of equal length that ends the day before."""
        if self.since is None:
            return None
        length = self.until - self.since
        if self.since - FIRST_DAY <= length:
            return None
        until = self.since - dt.timedelta(days=1)
        return replace(self, since=until - length, until=until)

    def holds(self, day: dt.date) -> bool:
        return (self.since is None or self.since <= day) and day <= self.until

    @property
    def label(self) -> StrPromise:
        return CHOICES[self.code]

    def query(self, **changed: Any) -> str:
        """As a query string, with some of it changed; nothing for the usual."""
        asked = replace(self, **changed)
        pairs: list[tuple[str, Any]] = []
        if asked.code != USUAL:
            pairs.append(("periodo", asked.code))
        if asked.code == "datas":
            if asked.since:
                pairs.append(("de", asked.since.isoformat()))
            pairs.append(("ate", asked.until.isoformat()))
        if asked.store is not None:
            pairs.append(("compras", asked.store))
        return urlencode(pairs)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last one of a shorter month."""
    place = day.year * 12 + day.month - 1 - months
    first = dt.date(place // 12, place % 12 + 1, 1)
    after = dt.date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), after - dt.timedelta(days=1))


def _dates(since: dt.date | None, until: dt.date | None, today: dt.date) -> Period:
    """Own dates, in the order in which they make sense; a missing one is open."""
    if since and until and since > until:
        since, until = until, since
    return Period("datas", since, until or max(today, since or today))


def _day(text: str | None) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= dt.date(2100, 12, 31) else None
