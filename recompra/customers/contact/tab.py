"""The tab *Contato*: how to reach the customer, addresses, people of a company, notes of colleagues, public
data. Masked by role; a reveal is noted before it is shown.

The tab is made of sections, each an element of the page that its own views may answer alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.contact import data as contact
from recompra.customers.contact.forms import PointForm
from recompra.customers.enrichment import answers
from recompra.customers.models import ContactPoint, Customer, Origin
from recompra.customers.notes import list as note_list
from recompra.customers.scope import member, visible_customer
from recompra.customers.xray.frame import render_tab
from recompra.theme.pages import fragment_wanted
from recompra.theme.panels import customer_panels

Told = dict[str, Any]
TAB = "customers/_contact_tab.html"


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def tab(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The contact data of one customer, as this person may see them; who sees them whole leaves a trace."""
    customer = visible_customer(request, public_id)
    if sees_personal_data(member(request)) and fragment_wanted(request) not in PIECES:
        audit.record(request, "view", customer_id=customer.pk, fields=contact.REVEALED)
    return show(request, customer)


@requires(Capability.REVEAL_PERSONAL_DATA)
@require_POST
def reveal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The contact data without masks, this once; who saw whose is logged first."""
    customer = visible_customer(request, public_id)
    audit.record(request, "reveal", customer_id=customer.pk, fields=contact.REVEALED)
    return show(request, customer, {"whole": True})


def show(
    request: HttpRequest, customer: Customer, told: Told | None = None, *, status: int = 200
) -> HttpResponse:
    """The tab, or the one section that htmx asks for. `told` goes over what the sections tell themselves:
    a form with its errors, the row being edited, notes found; `whole` says to show all without masks."""
    given = told or {}
    whole = bool(given.get("whole", sees_personal_data(member(request))))
    context = _shared(request, whole)
    wanted, own = fragment_wanted(request), given.get("fragments", {})
    asked = {wanted: PIECES[wanted]} if wanted in PIECES else {} if wanted in own else SECTIONS
    for _template, tells in asked.values():
        context |= tells(request, customer, whole)
    if asked is SECTIONS:
        context["contact_panels"] = customer_panels(request, "contact", customer.public_id)
    fragments = {element: template for element, (template, _tells) in PIECES.items()} | own
    return render_tab(request, customer, "contact", TAB, context | given, fragments=fragments, status=status)


def done(request: HttpRequest, customer: Customer, section: str, sentence: str = "") -> HttpResponse:
    """After something was done: the section anew for htmx, else the tab, which says the sentence."""
    if fragment_wanted(request):
        return show(request, customer, {"done": sentence, "done_in": section})
    if sentence:
        messages.success(request, sentence)
    return redirect(f"{reverse('customers:contact', args=[customer.public_id])}#{section}")


def _shared(request: HttpRequest, whole: bool) -> Told:
    user = member(request)
    return {
        "whole": whole,
        "may_edit": may(user, Capability.EDIT_CUSTOMERS),
        "may_reveal": not whole and may(user, Capability.REVEAL_PERSONAL_DATA),
        "revealed": whole and not sees_personal_data(user),
    }


def _points(request: HttpRequest, customer: Customer, whole: bool) -> Told:
    shown = contact.points(customer, whole=whole)
    return {
        "points": [point for point in shown if point.row.person_id is None],
        "documents": contact.documents(customer, whole=whole),
        "point_form": PointForm(customer, initial={"origem": Origin.CUSTOMER}),
        "proofs": ContactPoint.Proof.choices,
    }


def _persons(request: HttpRequest, customer: Customer, whole: bool) -> Told:
    if not customer.is_company:
        return {}
    shown = contact.points(customer, whole=whole)
    return {"persons": contact.persons(customer, shown), "proofs": ContactPoint.Proof.choices}


def _addresses(request: HttpRequest, customer: Customer, whole: bool) -> Told:
    return {"places": contact.places(customer, whole=whole)}


def _notes(request: HttpRequest, customer: Customer, whole: bool) -> Told:
    return note_list.told(request, customer, whole)


def _public_data(request: HttpRequest, customer: Customer, whole: bool) -> Told:
    return {"sources": answers.sources(customer)} if customer.is_company else {}


SECTIONS: dict[str, tuple[str, Callable[[HttpRequest, Customer, bool], Told]]] = {
    "contato": ("customers/_contact.html", _points),
    "pessoas": ("customers/_persons.html", _persons),
    "enderecos": ("customers/_addresses.html", _addresses),
    "publicos": ("customers/_public_data.html", _public_data),
    "notas": ("customers/_notes.html", _notes),
}
"""{element id: (template, what it tells)}."""
PIECES = {**SECTIONS, "mais-notas": ("customers/_note_rows.html", _notes)}
"""What htmx may ask for alone."""
