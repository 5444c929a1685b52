"""The page of works: what waits, runs or failed, of every kind, and what a person may do about it."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recompra.accounts.roles import Capability, requires
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused
from recompra.work import wishes
from recompra.work.claim import kinds
from recompra.work.fragments import progress
from recompra.work.models import Due

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PAGE = 25
STATES: dict[str, tuple[StrPromise, tuple[str, ...]]] = {
    "": (pgettext_lazy("works", "All"), ()),
    "andamento": (pgettext_lazy("works", "Waiting and running"), (Due.Status.WAITING, Due.Status.RUNNING)),
    "falhas": (pgettext_lazy("works", "Failed"), (Due.Status.DEAD,)),
    "concluidos": (pgettext_lazy("works", "Done"), (Due.Status.DONE,)),
    "cancelados": (pgettext_lazy("works", "Cancelled"), (Due.Status.CANCELLED,)),
}
WISHES = {
    "retry": (wishes.retry, gettext_lazy("It goes again: the work is in the queue.")),
    "discard": (wishes.discard, gettext_lazy("Set aside.")),
    "cancel": (wishes.cancel, gettext_lazy("It will stop in a moment.")),
}


@dataclass(frozen=True)
class Work:
    """A row with the names of its kind: `kind` in forms and addresses, `title` for the person."""

    row: Due
    kind: str
    title: str

    @property
    def poll_url(self) -> str:
        return f"{reverse('dashboards:works')}?{urlencode({'kind': self.kind, 'id': self.row.pk})}"

    @property
    def place(self) -> tuple[dt.datetime, str, int]:
        return self.row.created_at, self.kind, self.row.pk


@requires(Capability.IMPORT)
def works(request: HttpRequest) -> HttpResponse:
    """Newest first; `?estado=` chooses the state; a POST of `kind`, `id`, `wish` cancels, retries, drops."""
    state = request.GET.get("estado", "")
    state = state if state in STATES else ""
    here = reverse("dashboards:works")
    if request.method == "POST":
        _grant(request)
        return redirect(f"{here}?estado={state}")
    if "kind" in request.GET:
        row = _wanted(request.GET)
        return progress(request, row, poll_url=request.get_full_path(), after_url=here)
    found = list(islice(newest(STATES[state][1], _cursor(request)), PAGE + 1))
    shown = found[:PAGE]
    more = ""
    if len(found) > PAGE:
        more = f"{here}?estado={state}&apos={keyset.encode(*shown[-1].place)}"
    tabs = [(f"{here}?estado={key}", title, key == state) for key, (title, _statuses) in STATES.items()]
    context = {"works": shown, "more": more, "tabs": tabs, "state": state}
    return render_page(request, "dashboards/works.html", {"more": "dashboards/works_rows.html"}, context)


def newest(statuses: tuple[str, ...], after: tuple[dt.datetime, str, int] | None = None) -> Iterator[Work]:
    """The rows of every kind in these states (none: in any), newest first, from just after a place on."""
    return heapq.merge(
        *(_of_kind(model, statuses, after) for model in kinds()), key=lambda w: w.place, reverse=True
    )


def _of_kind(
    model: type[Due], statuses: tuple[str, ...], after: tuple[dt.datetime, str, int] | None
) -> Iterator[Work]:
    rows = model._base_manager.order_by("-created_at", "-id")
    kind = model._meta.label_lower
    if statuses:
        rows = rows.filter(status__in=statuses)
    if after:
        at, other, pk = after
        same_moment = (
            Q(created_at=at) if kind < other else Q(created_at=at, pk__lt=pk) if kind == other else Q(pk=None)
        )
        rows = rows.filter(Q(created_at__lt=at) | same_moment)
    title = str(model._meta.verbose_name)
    for row in rows[: PAGE + 1]:
        yield Work(row, kind, title)


def _cursor(request: HttpRequest) -> tuple[dt.datetime, str, int] | None:
    place = keyset.decode(request.GET.get("apos"), dt.datetime, str, int)
    return place if place is None or None not in place else None  # type: ignore[return-value]


def _wanted(given: QueryDict) -> Due:
    """The row that `kind` and `id` name. Raises Http404."""
    model = {model._meta.label_lower: model for model in kinds()}.get(given.get("kind", ""))
    pk = given.get("id", "")
    if model is None or not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise Http404
    row = model._base_manager.filter(pk=int(pk)).first()
    if row is None:
        raise Http404
    return row


def _grant(request: HttpRequest) -> None:
    row = _wanted(request.POST)
    if request.POST.get("wish") not in WISHES:
        raise Http404
    act, answer = WISHES[request.POST["wish"]]
    try:
        granted = act(row)
    except IntegrityError:
        raise Refused(_("Another one of these is already waiting; this one need not run again.")) from None
    if not granted:
        raise Refused(_("This work has moved on in the meantime. Look at its state and choose again."))
    messages.success(request, answer)
