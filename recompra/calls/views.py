"""*Clientes para chamar hoje*: the list, what is done with a row, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.models import Store, User
from recompra.accounts.roles import Capability, may, requires
from recompra.calls import acts, listing
from recompra.calls.listing import Filters
from recompra.calls.models import Call, CallRefresh
from recompra.calls.results import LOOKED_BACK, WITHIN, results
from recompra.customers.scope import StoreScope, member, visible_customer
from recompra.customers.xray.remarketing import after_days
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.refused import Refused
from recompra.work.again import last_done

LIST = {"chamadas": "calls/_list.html", "mais": "calls/_rows.html"}
SITUATIONS = {
    "chamar": pgettext_lazy("list of calls", "To call"),
    "adiados": pgettext_lazy("list of calls", "Put off"),
    "falei": pgettext_lazy("list of calls", "Talked to"),
    "nao": pgettext_lazy("list of calls", "Not to be called"),
    "voltaram": pgettext_lazy("list of calls", "Came back"),
    "passou": pgettext_lazy("list of calls", "No longer due"),
}
SORTS = {
    listing.STAKE: gettext_lazy("Most at stake"),
    listing.LATE: gettext_lazy("Longest overdue"),
    listing.RECENT: gettext_lazy("Latest purchase"),
}
WHOSE = {
    listing.MINE_OR_FREE: gettext_lazy("Mine and nobody's"),
    listing.MINE: gettext_lazy("Mine"),
    listing.FREE: gettext_lazy("Nobody's yet"),
    listing.ANYBODY: gettext_lazy("Everybody's"),
}
DONE: dict[str, Callable[[Call, User, QueryDict], Call]] = {
    "vou": lambda call, by, given: acts.take(call, by),
    "largar": lambda call, by, given: acts.release(call, by),
    "falei": lambda call, by, given: acts.talk(call, by),
    "adiar": lambda call, by, given: acts.snooze(call, by, _number(given.get("dias"))),
    "nao": lambda call, by, given: acts.decline(call, by),
    "desfazer": lambda call, by, given: acts.undo(call, by),
}


@sensitive_post_parameters("busca")
@requires(Capability.SEE_CUSTOMERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call, as the address asks; who is looked for comes by POST and stays out of it."""
    user = member(request)
    filters = Filters.read(request.GET, user)
    typed = request.POST.get("busca", "").strip() if request.method == "POST" else ""
    if typed:
        lines, after = listing.named(typed, filters), ""
    else:
        lines, after = listing.page(filters, request.GET.get("apos"))
    context = _row_context(request, filters) | {
        "lines": lines,
        "typed": typed,
        "more": f"{reverse('calls:list')}?{filters.query(apos=after)}" if after else "",
        "situations": SITUATIONS.items(),
        "sorts": SORTS.items(),
        "whose": WHOSE.items(),
        "stores": stores_of(filters.scope),
        "may_export": may(user, Capability.EXPORT),
        "after_days": after_days(),
        "filled": last_done(CallRefresh),
    }
    return render_page(request, "calls/list.html", LIST, context)


def _row_context(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    user = member(request)
    may_decide, may_contact = may(user, Capability.DECIDE), may(user, Capability.CONTACT)
    return {
        "filters": filters,
        "may_contact": may_contact,
        "may_decide": may_decide,
        "put_off": acts.PUT_OFF,
        "colleagues": colleagues(filters.scope) if may_decide else [],
        "me": user,
    }


def stores_of(scope: StoreScope) -> QuerySet[Store]:
    """The stores by which the list can be narrowed."""
    return Store.objects.all() if scope is None else Store.objects.filter(pk__in=scope)


def colleagues(scope: StoreScope) -> list[User]:
    """Who may call customers of these stores."""
    people = User.objects.filter(is_active=True).prefetch_related("stores").order_by("name", "pk")
    return [one for one in people if may(one, Capability.CONTACT) and _meet(one.store_scope(), scope)]


def _meet(one: StoreScope, other: StoreScope) -> bool:
    return one is None or other is None or bool(one & other)


@requires(Capability.CONTACT)
@require_POST
def act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Do what `fazer` says with the call about a customer. Answers the row, or leads back to the list."""
    customer = visible_customer(request, public_id)
    call, done = listing.of_customer(customer), DONE.get(request.POST.get("fazer", ""))
    if call is None or done is None:
        raise Refused(_("This customer is not on the list any more."))
    call.customer = customer
    after = done(call, member(request), request.POST)
    filters = Filters.read(QueryDict(request.POST.get("filtros", "")[:400]), member(request))
    if not fragment_wanted(request):
        return redirect(f"{reverse('calls:list')}?{filters.query()}")
    after.customer = customer
    context = _row_context(request, filters) | {
        "lines": listing.lines([after]),
        "more": "",
        "has_focus": True,
    }
    return render_page(request, "calls/_rows.html", None, context)


@requires(Capability.DECIDE)
@require_POST
def deal(request: HttpRequest) -> HttpResponse:
    """Hand the ticked calls out to a colleague, or (`para` empty) back to nobody."""
    user = member(request)
    filters = Filters.read(QueryDict(request.POST.get("filtros", "")[:400]), user)
    wanted, to = request.POST.getlist("chamada")[:200], _colleague(request.POST.get("para", ""), filters)
    ids = [int(one) for one in wanted if one.isdecimal() and len(one) < 19]
    found = listing.may_be_called(
        list(listing.in_scope(filters.scope).filter(pk__in=ids, status__in=Call.LIVE)), filters.scope
    )
    if not found:
        raise Refused(_("Tick the customers to hand out."))
    count = acts.deal(found, user, to)
    audit.record(request, "calls_dealt", about=to, count=count)
    told = ngettext("%(count)s customer changed hands.", "%(count)s customers changed hands.", count)
    messages.success(request, told % {"count": count})
    return redirect(f"{reverse('calls:list')}?{filters.query()}")


def _colleague(chosen: str, filters: Filters) -> User | None:
    if not chosen:
        return None
    found = next((one for one in colleagues(filters.scope) if str(one.pk) == chosen), None)
    if found is None:
        raise Refused(_("Choose a colleague who may call customers."))
    return found


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def outcome(request: HttpRequest) -> HttpResponse:
    """How many came back, of those who were talked to and of the others."""
    scope, days = member(request).store_scope(), _number(request.GET.get("dias"))
    store = _number(request.GET.get("loja")) or None
    days = days if days in WITHIN else 30
    context = {
        "results": results(scope, days, store),
        "days": days,
        "within": WITHIN,
        "store": store,
        "stores": stores_of(scope),
        "looked_back": LOOKED_BACK,
    }
    return render_page(request, "calls/results.html", {"resultado": "calls/_results.html"}, context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
