"""The pages of possible duplicates: the queue, one pair side by side, what was merged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers import search as people
from recompra.customers.identity import queue, search, sides
from recompra.customers.identity.merge import unmerge
from recompra.customers.identity.queue import MERGED, Filters, Status
from recompra.customers.identity.words import WAYS, reasons
from recompra.customers.models import Customer, Duplicate, DuplicateSearch, Merge
from recompra.customers.scope import member, of_stores
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused
from recompra.work import wishes
from recompra.work.fragments import progress

LIST, PAIR = "customers/identity/queue.html", "customers/identity/pair.html"
PIECES = {"fila": "customers/identity/_queue.html", "more": "customers/identity/_queue_rows.html"}
DECISIONS = {"diferentes": Status.DIFFERENT, "depois": Status.LATER, "reabrir": Status.OPEN}


@sensitive_post_parameters("busca")
@requires(Capability.MERGE)
def duplicates(request: HttpRequest) -> HttpResponse:
    """The queue as `?situacao=&nota=&ordem=` ask; a POST of `busca` narrows it to whom it names."""
    filters, scope = Filters.read(request.GET), member(request).store_scope()
    typed = request.POST.get("busca", "").strip()
    context: dict[str, Any] = {"filters": filters, "typed": typed, "scores": queue.SCORES}
    context["may_export"] = may(member(request), Capability.EXPORT)
    if filters.state == MERGED:
        context["merges"], more = queue.merges(scope, request.GET.get("apos"))
    else:
        ids = _named(typed, scope) if typed else None
        pairs, more = queue.page(filters, scope, request.GET.get("apos"), ids)
        context["rows"] = [(pair, reasons(pair.reasons)) for pair in pairs]
    base = filters.query()
    context["more"] = "&".join(part for part in (base, f"apos={more}") if part) if more else ""
    context |= {"tabs": _tabs(filters), "waiting": queue.counts(scope), "search": _latest()}
    context["capped"] = _capped(context["search"])
    return render_page(request, LIST, PIECES, context)


def _named(typed: str, scope: frozenset[int] | None) -> list[int]:
    found = people.find(typed, scope)
    wanted = Customer.objects.filter(public_id__in=[row.public_id for row in found.rows])
    return list(wanted.values_list("pk", flat=True))


def _tabs(filters: Filters) -> list[tuple[str, str, bool]]:
    here = reverse("customers:duplicates")
    states = (
        ("", pgettext("possible duplicates", "To review")),
        ("depois", pgettext("possible duplicates", "Put off")),
        ("diferentes", pgettext("possible duplicates", "Different people")),
        (MERGED, pgettext("possible duplicates", "Merged")),
    )
    return [
        (f"{here}?situacao={state}" if state else here, title, state == filters.state)
        for state, title in states
    ]


def _latest() -> DuplicateSearch | None:
    return DuplicateSearch.objects.order_by("-pk").first()


def _capped(row: DuplicateSearch | None) -> list[tuple[str, int]]:
    return [(str(WAYS[way]), many) for way, many in (row.capped if row else {}).items() if way in WAYS]


@requires(Capability.MERGE)
@require_POST
def search_now(request: HttpRequest) -> HttpResponse:
    """Ask for a search, to be done at once; `cancelar` stops the one that runs."""
    if request.POST.get("acao") == "cancelar":
        for row in DuplicateSearch.objects.filter(status__in=DuplicateSearch.LIVE):
            wishes.cancel(row)
    else:
        search.request("person")
        messages.success(request, _("The search has begun; the queue fills as soon as it is done."))
    return redirect("customers:duplicates")


@requires(Capability.MERGE)
def search_progress(request: HttpRequest) -> HttpResponse:
    """How far the newest search is."""
    row = _latest()
    if row is None:
        raise Http404
    here = reverse("customers:duplicate_progress")
    return progress(request, row, poll_url=here, after_url=reverse("customers:duplicates"))


@requires(Capability.MERGE)
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Two records side by side; a POST of `acao` decides, and the next pair opens."""
    user, scope = member(request), member(request).store_scope()
    found = get_object_or_404(queue.visible(scope), pk=pk)
    whole = sees_personal_data(user)
    compared = sides.lines(found.first, found.second, whole=whole)
    if request.method == "POST":
        _decide(request, found, compared)
        following = queue.next_open(scope, found)
        return (
            redirect("customers:duplicate", following.pk) if following else redirect("customers:duplicates")
        )
    kept = sides.FIRST if sides.better(found.first, found.second) == found.first else sides.SECOND
    context = {
        "pair": found,
        "reasons": reasons(found.reasons),
        "lines": compared,
        "sides": [_side(sides.FIRST, found.first, whole), _side(sides.SECOND, found.second, whole)],
        "kept": kept,
    }
    return render_page(request, PAIR, None, context)


def _side(code: str, customer: Customer, whole: bool) -> dict[str, Any]:
    return {
        "code": code,
        "customer": customer,
        "standing": getattr(customer, "standing", None),
        "points": sides.points(customer, whole=whole),
        "notes": customer.notes.filter(deleted_at=None).count(),
    }


def _decide(request: HttpRequest, found: Duplicate, compared: list[sides.Line]) -> None:
    user, act = member(request), request.POST.get("acao", "")
    if act == "unir":
        side = sides.SECOND if request.POST.get("fica") == sides.SECOND else sides.FIRST
        both = (found.first, found.second) if side == sides.FIRST else (found.second, found.first)
        take = sides.taken(request.POST, compared, side)
        queue.unite(found, *both, take, by=user)
        messages.success(request, _("Merged into one. It can be undone under “Merged”."))
    elif act in DECISIONS:
        queue.decide(found, DECISIONS[act], by=user)
        messages.success(request, DONE[act]())
    else:
        raise Refused(_("Choose what is to be done with the two records."))


DONE = {
    "diferentes": lambda: _("Noted: these are different people and will not come up again."),
    "depois": lambda: _("Put off: you find the pair under “Put off”."),
    "reabrir": lambda: _("The pair is in the queue again."),
}


@requires(Capability.MERGE)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    seen = Merge.objects.filter(of_stores(member(request).store_scope(), "kept__"))
    merged = get_object_or_404(seen, pk=pk)
    unmerge(merged, by=member(request))
    messages.success(request, _("Both records are back, each with what was its own."))
    return redirect(f"{reverse('customers:duplicates')}?situacao={MERGED}")
