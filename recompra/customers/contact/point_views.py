"""Contact points and contact persons: added, corrected, confirmed, preferred, removed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import me
from recompra.accounts.roles import Capability, requires
from recompra.customers.contact import company
from recompra.customers.contact import data as contact
from recompra.customers.contact import points as contact_points
from recompra.customers.contact.forms import PersonForm, PointForm
from recompra.customers.contact.points import Terms
from recompra.customers.contact.tab import done, show
from recompra.customers.models import ContactPerson, ContactPoint, Customer
from recompra.customers.scope import member, visible_customer
from recompra.theme.refused import Refused


@sensitive_post_parameters("valor")
@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def add_point(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A further phone or e-mail."""
    customer = visible_customer(request, public_id)
    form = PointForm(customer, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            contact_points.add(
                customer,
                given["valor"],
                by=me(request),
                origin=given["origem"],
                use=given["uso"],
                person=given.get("pessoa"),
            )
            return done(request, customer, _section(given.get("pessoa")), _("Contact added."))
        except Refused as refused:
            form.add_error("valor", refused.sentence)
    return show(request, customer, {"point_form": form, "is_adding": "point"}, status=422)


@sensitive_post_parameters("valor")
@requires(Capability.EDIT_CUSTOMERS)
def edit_point(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET shows the form in the place of the row, POST keeps it. The value is filled in for whom it is not
    masked."""
    customer, point = _point(request, public_id, pk)
    form = _edit_form(request, customer, point)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            terms = Terms(given["origem"], given["uso"], given.get("pessoa"))
            contact_points.change(point, given["valor"], terms, by=me(request), seen=given["visto"])
            return done(request, customer, _section(point.person), _("Contact corrected."))
        except Refused as refused:
            form.add_error("valor", refused.sentence)
    told = {"edited_point": pk, "edit_form": form}
    return show(request, customer, told, status=422 if form.errors else 200)


def _edit_form(request: HttpRequest, customer: Customer, point: ContactPoint) -> PointForm:
    shown = contact.shown(point, whole=sees_personal_data(member(request)))
    initial = {
        "origem": point.origin,
        "uso": point.use,
        "pessoa": point.person_id,
        "visto": contact_points.mark(point),
    }
    if sees_personal_data(member(request)):
        initial["valor"] = shown.value
        return PointForm(customer, request.POST or None, initial=initial, prefix="ponto")
    return PointForm(customer, request.POST or None, initial=initial, masked=shown.value, prefix="ponto")


@requires(Capability.EDIT_CUSTOMERS)
def remove_point(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET asks, POST does it."""
    customer, point = _point(request, public_id, pk)
    if request.method != "POST":
        return show(request, customer, {"asked_point": pk})
    contact_points.remove(point, by=me(request))
    sentence = _("Contact removed. It can be brought back in the history of changes.")
    return done(request, customer, _section(point.person), sentence)


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def prefer_point(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Make it the first of its kind, or no longer so."""
    customer, point = _point(request, public_id, pk)
    contact_points.prefer(point)
    return done(request, customer, _section(point.person))


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def confirm_point(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Note how the customer was reached there; an empty `como` takes it back."""
    customer, point = _point(request, public_id, pk)
    how = request.POST.get("como", "")
    if how not in ("", *ContactPoint.Proof.values):
        raise Refused(_("Choose one of the list."))
    contact_points.confirm(point, how)
    return done(request, customer, _section(point.person))


@sensitive_post_parameters("nome")
@requires(Capability.EDIT_CUSTOMERS)
def add_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows the form, POST keeps somebody to speak to in the company."""
    customer = visible_customer(request, public_id)
    form = PersonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        told = {"person_form": form, "is_adding": "person"}
        return show(request, customer, told, status=422 if form.errors else 200)
    company.save_person(customer, name=form.cleaned_data["nome"], role=form.cleaned_data["cargo"])
    return done(request, customer, "pessoas", _("Person added. Give them a phone or e-mail."))


@sensitive_post_parameters("nome")
@requires(Capability.EDIT_CUSTOMERS)
def edit_person(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    customer, person = _person(request, public_id, pk)
    initial = {"nome": person.name, "cargo": person.role}
    form = PersonForm(request.POST or None, initial=initial, prefix="pessoa")
    if request.method == "POST" and form.is_valid():
        name, role = form.cleaned_data["nome"], form.cleaned_data["cargo"]
        company.save_person(customer, name=name, role=role, person=person)
        return done(request, customer, "pessoas", _("Person corrected."))
    told = {"edited_person": pk, "edit_form": form}
    return show(request, customer, told, status=422 if form.errors else 200)


@requires(Capability.EDIT_CUSTOMERS)
def remove_person(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET asks, POST does it."""
    customer, person = _person(request, public_id, pk)
    if request.method != "POST":
        return show(request, customer, {"asked_person": pk})
    company.remove_person(person)
    return done(request, customer, "pessoas", _("Person removed; their contacts stay with the company."))


def _point(request: HttpRequest, public_id: UUID, pk: int) -> tuple[Customer, ContactPoint]:
    customer = visible_customer(request, public_id)
    return customer, get_object_or_404(customer.contact_points.select_related("person"), pk=pk)


def _person(request: HttpRequest, public_id: UUID, pk: int) -> tuple[Customer, ContactPerson]:
    customer = visible_customer(request, public_id)
    return customer, get_object_or_404(customer.contact_persons, pk=pk)


def _section(person: ContactPerson | None) -> str:
    """Where a point stands: with its person, or with the customer."""
    return "pessoas" if person else "contato"
