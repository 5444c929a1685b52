"""The tab *Produtos recomendados*: what most others buy and this customer has not bought yet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.frame import render_tab
from recompra.customers.scope import visible_customer


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def recommended(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What to offer to one customer."""
    customer = visible_customer(request, public_id)
    return render_tab(request, customer, "recommended", "customers/_recommended.html")
