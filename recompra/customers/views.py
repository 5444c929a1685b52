"""The list of customers on the left, the chosen one on the right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import Store
from recompra.accounts.roles import Capability, may, requires
from recompra.customers import listing
from recompra.customers.contact import REVEALED, contact_data
from recompra.customers.listing import Filters
from recompra.customers.models import Customer
from recompra.customers.remarketing import signal
from recompra.customers.scope import member, visible_customer
from recompra.customers.search import find
from recompra.customers.totals import totals
from recompra.customers.xray import xray
from recompra.theme.pages import render_page
from recompra.theme.panels import customer_panels
from recompra.theme.segments import SEGMENTS

PAGE = "customers/page.html"
LIST = {
    "lista": "customers/_list.html",
    "resultados": "customers/_results.html",
    "mais": "customers/_rows.html",
}
ATTEMPTS_SHOWN = 5


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """The list alone; nobody is chosen yet."""
    return render_page(request, PAGE, LIST, _listed(request))


@sensitive_post_parameters("busca")
@requires(Capability.SEE_CUSTOMERS)
def search(request: HttpRequest) -> HttpResponse:
    """Who was looked for: by POST, so that what was typed stays out of every address and log."""
    typed = request.POST.get("busca", "").strip()
    if request.method != "POST":
        return redirect("customers:list")
    context = _listed(request)
    if typed:
        found = find(typed, member(request).store_scope())
        context |= {"rows": found.rows, "found": found, "more": "", "typed": typed}
    return render_page(request, PAGE, LIST, context)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The x-ray of one customer."""
    customer = visible_customer(request, public_id)
    return _detail(request, customer, whole=sees_personal_data(member(request)))


@requires(Capability.REVEAL_PERSONAL_DATA)
@require_POST
def reveal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The contact data without masks, this once; who saw whose is logged first."""
    customer = visible_customer(request, public_id)
    audit.record(request, "reveal", customer_id=customer.pk, fields=REVEALED)
    return _detail(request, customer, whole=True)


def _detail(request: HttpRequest, customer: Customer, *, whole: bool) -> HttpResponse:
    context: dict[str, Any] = {
        "customer": customer,
        "standing": getattr(customer, "standing", None),
        "contact": contact_data(customer, whole=whole),
        "may_reveal": not whole and may(member(request), Capability.REVEAL_PERSONAL_DATA),
        "revealed": whole and not sees_personal_data(member(request)),
    }
    target = request.headers.get("HX-Target", "")
    if target != "contato":
        context |= _told(request, customer, context["standing"])
    if target not in ("raiox", "contato"):
        context |= _listed(request)
    fragments = {"raiox": "customers/_xray.html", "contato": "customers/_contact.html"}
    return render_page(request, PAGE, fragments, context)


def _told(request: HttpRequest, customer: Customer, standing: Any) -> dict[str, Any]:
    """What the facts and the other rooms tell of the customer."""
    today = timezone.localdate()
    attempts = customer.contact_attempts.select_related("staff").order_by("-at", "-pk")
    return {
        "xray": xray(customer, today),
        "table_head": (_("Month"), _("Purchases")),
        "signal": signal(standing.mean_interval_days, standing.last_on, today) if standing else None,
        "days_since": (today - standing.last_on).days if standing else None,
        "attempts": attempts[:ATTEMPTS_SHOWN],
        "actions": customer_panels(request, "action", customer.public_id),
        "cards": customer_panels(request, "card", customer.public_id),
    }


def _listed(request: HttpRequest) -> dict[str, Any]:
    """The list's part of the page, by the filters in the address."""
    user = member(request)
    scope = user.store_scope()
    filters = Filters.read(request.GET, scope)
    rows, after = listing.page(filters, request.GET.get("apos"))
    stores = Store.objects.all() if scope is None else Store.objects.filter(pk__in=scope)
    return {
        "filters": filters,
        "rows": rows,
        "more": _query(filters, after) if after else "",
        "query": filters.query(),
        "shown": totals(filters),
        "whole": totals(Filters(scope=scope)),
        "segments": SEGMENTS.values(),
        "stores": stores,
        "may_export": may(user, Capability.EXPORT),
        "may_import": may(user, Capability.IMPORT),
        "without_cell": filters.query(recency=None, frequency=None),
    }


def _query(filters: Filters, after: str) -> str:
    return "&".join(part for part in (filters.query(), f"apos={after}") if part)
