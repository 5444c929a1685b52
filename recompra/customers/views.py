"""The list of customers, the search, and what opens first of a customer: the overview."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers import timeline
from recompra.customers.frame import PAGE, carried, listed, render_tab
from recompra.customers.models import Customer
from recompra.customers.remarketing import signal
from recompra.customers.scope import member, visible_customer
from recompra.customers.search import find
from recompra.customers.xray import xray
from recompra.theme import keyset
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.panels import customer_panels
from recompra.theme.timeline import KINDS, kinds_told

LIST = {
    "lista": "customers/_list.html",
    "resultados": "customers/_results.html",
    "mais": "customers/_rows.html",
}
TIMELINE = {"linha": "customers/_timeline.html", "antigos": "customers/_timeline_rows.html"}


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """The list alone; nobody is chosen yet."""
    return render_page(request, PAGE, LIST, listed(request))


@sensitive_post_parameters("busca")
@requires(Capability.SEE_CUSTOMERS)
def search(request: HttpRequest) -> HttpResponse:
    """Who was looked for: by POST, so that what was typed stays out of every address and log."""
    typed = request.POST.get("busca", "").strip()
    if request.method != "POST":
        return redirect("customers:list")
    context = listed(request)
    if typed:
        found = find(typed, member(request).store_scope())
        context |= {"rows": found.rows, "found": found, "more": "", "typed": typed}
    return render_page(request, PAGE, LIST, context)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The overview of one customer, or another page of its timeline."""
    customer = visible_customer(request, public_id)
    told = _timeline(request, customer)
    if fragment_wanted(request) not in TIMELINE:
        told |= _told(request, customer)
    return render_tab(request, customer, "overview", "customers/_overview.html", told, fragments=TIMELINE)


def _timeline(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """A page of the timeline, as `?tipo=&antes=` ask."""
    kind = request.GET.get("tipo", "")
    cursor = keyset.decode(request.GET.get("antes"), dt.datetime)
    before = cursor[0] if cursor else None
    page = timeline.page(
        request, customer.pk, before if isinstance(before, dt.datetime) and before.tzinfo else None, kind
    )
    kept = carried(request)
    own = urlencode({"tipo": kind} if kind in KINDS else {})
    base = "&".join(part for part in (kept, own) if part)
    older = urlencode({"antes": keyset.encode(page.before)}) if page.before else ""
    return {
        "entries": page.entries,
        "older": "&".join(part for part in (base, older) if part) if older else "",
        "kind": kind if kind in KINDS else "",
        "kinds": [(code, KINDS[code]) for code in kinds_told()],
        "kept": [pair.split("=", 1) for pair in kept.split("&") if pair],
        "is_later_page": before is not None,
    }


def _told(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """What the facts and the other rooms tell of the customer."""
    today, standing = timezone.localdate(), getattr(customer, "standing", None)
    return {
        "xray": xray(customer, today),
        "table_head": (_("Month"), _("Purchases")),
        "signal": signal(standing.mean_interval_days, standing.last_on, today) if standing else None,
        "days_since": (today - standing.last_on).days if standing else None,
        "cards": customer_panels(request, "card", customer.public_id),
    }
