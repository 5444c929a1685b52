"""Chamar no WhatsApp: opens a conversation with a ready text. The person presses send; we note the try."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import UUID

import ibis
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.customers.models import ContactAttempt, Customer
from recompra.customers.scope import member, visible_customer
from recompra.messaging.ready_text import filled_for, text_for
from recompra.privacy.permission import may, on_page, usable_points, verdict
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import products

BUTTONS = {"produto": "produto", "repor": "reposicao"}
"""{the button that was pressed: the text about a product that it means}."""
_KEY = re.compile(r"-?[0-9]{1,19}")
ADDRESS = "https://wa.me/{digits}?text={text}"


@requires(Capability.CONTACT)
@require_GET
def action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The button on the customer's page, or why there is none to press."""
    customer = visible_customer(request, public_id)
    context = {"customer": customer, "verdict": verdict(on_page(request, customer), "contact", "whatsapp")}
    return render(request, "messaging/_action.html", context)


@requires(Capability.CONTACT)
@require_GET
def product_form(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the buttons beside products belong to (`form="conversa-produto"`): a button `produto` or `repor`
    has the product's key. Nothing where no conversation is allowed: the page says why beside the name."""
    customer = visible_customer(request, public_id)
    context = {"customer": customer, "verdict": verdict(on_page(request, customer), "contact", "whatsapp")}
    return render(request, "messaging/_product.html", context)


@requires(Capability.CONTACT)
@require_POST
def open_chat(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask once more whether we may, note the attempt, and lead on to WhatsApp.

    A page that forwards, and no redirect: the security policy forbids a form to end at another site.
    """
    customer = visible_customer(request, public_id)
    answer = may(customer, "contact", "whatsapp")
    if not answer.allowed:
        raise Refused(answer.reason)
    segment = _segment(customer)
    product = _product(request)
    with transaction.atomic():
        ContactAttempt.objects.create(customer=customer, staff=member(request), reason=segment)
        audit.record(request, "contact", customer_id=customer.pk)
    page = render(
        request, "messaging/opening.html", {"address": address(customer, *product or (segment, ""))}
    )
    page["Referrer-Policy"] = "no-referrer"
    return page


def address(customer: Customer, code: str, product: str = "") -> str:
    """The click-to-chat address with a ready text, for the mobile that serves best. `code`: of a segment, or
    of a text about a product, which is then named."""
    digits = usable_points(customer, "contact", "whatsapp").values_list("value", flat=True)[:1].get()
    return ADDRESS.format(digits=digits, text=quote(filled_for(customer, text_for(code), product), safe=""))


def _product(request: HttpRequest) -> tuple[str, str] | None:
    """The text about a product that the button asked for, and the product's name; None where it named no
    product."""
    for button, code in BUTTONS.items():
        if key := request.POST.get(button, ""):
            found = named(key)
            if found is None:
                raise Http404
            return code, found
    return None


def named(key: str) -> str | None:
    """The name of a product by its key; None when there is none."""
    if not _KEY.fullmatch(key) or abs(int(key)) >= 2**63:
        return None
    wanted = products.filter(products.product_key == ibis.literal(int(key), "int64")).select("name")
    rows = engine(settings.WAREHOUSE_URL).rows(wanted)
    return str(rows[0]["name"]) if rows else None


def _segment(customer: Customer) -> str:
    standing = getattr(customer, "standing", None)
    return standing.segment if standing else ""
