"""The tab *Contato*: how to reach the customer, masked by role; a reveal is noted before it is shown."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.contact import REVEALED, contact_data
from recompra.customers.frame import render_tab
from recompra.customers.models import Customer
from recompra.customers.scope import member, visible_customer


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def contact(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The contact data of one customer, as this person may see them."""
    customer = visible_customer(request, public_id)
    return _answer(request, customer, whole=sees_personal_data(member(request)))


@requires(Capability.REVEAL_PERSONAL_DATA)
@require_POST
def reveal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The contact data without masks, this once; who saw whose is logged first."""
    customer = visible_customer(request, public_id)
    audit.record(request, "reveal", customer_id=customer.pk, fields=REVEALED)
    return _answer(request, customer, whole=True)


def _answer(request: HttpRequest, customer: Customer, *, whole: bool) -> HttpResponse:
    context = {
        "contact": contact_data(customer, whole=whole),
        "may_reveal": not whole and may(member(request), Capability.REVEAL_PERSONAL_DATA),
        "revealed": whole and not sees_personal_data(member(request)),
    }
    return render_tab(
        request,
        customer,
        "contact",
        "customers/_contact_tab.html",
        context,
        fragments={"contato": "customers/_contact.html"},
    )
