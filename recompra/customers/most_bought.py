"""The tab *Mais comprados*: what the customer buys, by product or by any attribute of the products."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.frame import render_tab
from recompra.customers.scope import visible_customer


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def most_bought(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one customer bought most."""
    customer = visible_customer(request, public_id)
    return render_tab(request, customer, "most_bought", "customers/_most_bought.html")
