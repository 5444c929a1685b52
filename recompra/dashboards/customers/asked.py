"""What the address asks of the dashboard: the period, the stores, the people, and the view of one tile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import ibis.expr.types as ir
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.identity.unseen import people_orders
from recompra.customers.scope import StoreScope, member
from recompra.dashboards.customers.group import Group, group_of
from recompra.dashboards.scope import Scope, scope_of, scope_within
from recompra.theme.formats import dshort
from recompra.theme.refused import Refused
from recompra.theme.typed_days import day_of
from recompra.warehouse.schema import people

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DAYS = {"30d": 30, "90d": 90, "365d": 365}
DATES = "datas"
PERIODS: dict[str, StrPromise] = {
    "30d": gettext_lazy("Last 30 days"),
    "90d": gettext_lazy("Last 90 days"),
    "365d": gettext_lazy("Last 365 days"),
    "mes": gettext_lazy("This month"),
    "mes-passado": gettext_lazy("Last month"),
    "ano": gettext_lazy("This year"),
    DATES: gettext_lazy("Chosen dates"),
}
USUAL = "365d"
LONGEST = dt.timedelta(days=10 * 366)
Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Asked:
    """Days `since` to `until`, both included, as of `today`. `scope.keys`: the stores whose sales count;
    `seen`: the stores that the person may see at all. `group` None: everybody. `by`: the tile's view."""

    code: str
    since: dt.date
    until: dt.date
    today: dt.date
    scope: Scope
    seen: StoreScope
    group: Group | None = None
    by: str = ""
    usual: ClassVar[str] = USUAL

    @property
    def stores(self) -> StoreScope:
        return self.scope.keys

    @property
    def store_names(self) -> dict[int, str]:
        """{key: name} of every store that may be seen."""
        return {store.id: store.name for store in self.scope.offered}

    def store(self, part: str) -> int:
        """The key of a store of these figures. Raises Http404 for any other."""
        key = int(part) if part.isdecimal() and len(part) < 11 else 0
        if key not in self.store_names or (self.stores is not None and key not in self.stores):
            raise Http404
        return key

    def among(self) -> ir.Table | None:
        """The people of the chosen group as a table with a `customer_key`; None: everybody."""
        return None if self.group is None else self.group.people(self.today, self.seen)

    def found(self) -> ir.Table:
        """The people found, with all that `people` tells: those of the group, as far as they may be seen."""
        if self.group is not None:
            return self.group.people(self.today, self.seen)
        if self.seen is None:
            return people
        return people.filter(people.store_key.isin(sorted(self.seen)) | people.store_key.isnull())

    def orders(self) -> ir.Table:
        """The orders of people: without those of records that are nobody."""
        return people_orders()

    def query(self, **changed: Any) -> str:
        """As a query string without "?", with some of it changed; nothing for the usual."""
        asked = replace(self, **changed)
        pairs: list[tuple[str, Any]] = []
        if asked.code != self.usual:
            pairs.append(("periodo", asked.code))
        if asked.code == DATES:
            pairs += [("de", asked.since.isoformat()), ("ate", asked.until.isoformat())]
        if asked.scope.chosen:
            pairs.append(("loja", asked.scope.chosen.id))
        if asked.group:
            pairs.append(("segmento", asked.group.code))
        if asked.by:
            pairs.append(("por", asked.by))
        return urlencode(pairs)

    def plain(self) -> dict[str, str]:
        """The same as plain values, for `asked_again`."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "store": str(self.scope.chosen.id) if self.scope.chosen else "",
            "group": self.group.code if self.group else "",
            "by": self.by,
        }

    @property
    def words(self) -> str:
        """The period and whom it is about, in one sentence for the page and the file."""
        stores = self.scope.chosen.name if self.scope.chosen else _("all my stores")
        told = {"since": dshort(self.since), "until": dshort(self.until), "stores": stores}
        if self.group is None:
            return _("From %(since)s to %(until)s, %(stores)s, everybody.") % told
        return _("From %(since)s to %(until)s, %(stores)s, only “%(group)s”.") % {
            **told,
            "group": self.group.name,
        }


Told = TypeVar("Told", bound=Asked)
MISSING = gettext_lazy("Give both days of the period, the first and the last one.")


@dataclass(frozen=True)
class Stretches:
    """What `periodo` may be: `words` of each code; `named` gives a code's days as of today; `check` raises
    Refused for two days that make no stretch, and `missing` is said where one of them is not a day."""

    words: Mapping[str, StrPromise]
    named: Callable[[str, dt.date], Days]
    check: Callable[[dt.date, dt.date, dt.date], None]
    missing: StrPromise


def asked_of(request: HttpRequest) -> Asked:
    """What the address asks of the dashboard, as `read` tells it."""
    return read(request, Asked, Stretches(PERIODS, named, _check, MISSING))


def read(request: HttpRequest, kind: type[Told], stretches: Stretches) -> Told:
    """What `?periodo=&de=&ate=&loja=&segmento=&por=` asks.

    Raises Refused, with a sentence, for days that make no stretch, and Http404 for a store or a segment that
    this person cannot see.
    """
    query, today = request.GET, timezone.localdate()
    typed = query.get("de", ""), query.get("ate", "")
    code = query.get("periodo", "") or (DATES if any(typed) else kind.usual)
    if code not in stretches.words:
        raise Http404
    if code == DATES and any(typed):
        since, until = _chosen(*typed, stretches.missing)
        stretches.check(since, until, today)
    else:
        since, until = stretches.named(code, today)
    return kind(
        code=code,
        since=since,
        until=until,
        today=today,
        scope=scope_of(request),
        seen=member(request).store_scope(),
        group=group_of(query.get("segmento", "")),
        by=query.get("por", ""),
    )


def asked_again(plain: Mapping[str, str], today: dt.date, seen: StoreScope) -> Asked:
    """What `Asked.plain` told, for somebody who sees these stores; Http404 as in `asked_of`."""
    return Asked(
        code=DATES,
        since=dt.date.fromisoformat(plain["since"]),
        until=dt.date.fromisoformat(plain["until"]),
        today=today,
        scope=scope_within(seen, plain["store"]),
        seen=seen,
        group=group_of(plain["group"]),
        by=plain["by"],
    )


def named(code: str, today: dt.date) -> Days:
    """First and last day of one of PERIODS; dates that were not chosen yet are the usual ones."""
    if (length := DAYS.get(USUAL if code == DATES else code)) is not None:
        return today - dt.timedelta(days=length - 1), today
    first = today.replace(day=1)
    if code == "mes":
        return first, today
    if code == "mes-passado":
        last = first - dt.timedelta(days=1)
        return last.replace(day=1), last
    return today.replace(month=1, day=1), today


def _chosen(since: str, until: str, missing: StrPromise) -> Days:
    first, last = day_of(since), day_of(until)
    if first is None or last is None:
        raise Refused(str(missing))
    return first, last


def _check(first: dt.date, last: dt.date, _today: dt.date) -> None:
    if last < first:
        raise Refused(
            _("The period ends on %(until)s, before it begins on %(since)s: exchange the two days.")
            % {"since": dshort(first), "until": dshort(last)}
        )
    if last - first > LONGEST:
        raise Refused(_("Choose a period of ten years at most."))
