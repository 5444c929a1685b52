"""The further addresses: added, corrected, removed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import me
from recompra.accounts.roles import Capability, requires
from recompra.customers.contact import addresses
from recompra.customers.contact.forms import AddressForm
from recompra.customers.contact.tab import done, show
from recompra.customers.models import Address, Customer
from recompra.customers.scope import member, visible_customer
from recompra.theme.refused import Refused


@sensitive_post_parameters()
@requires(Capability.EDIT_CUSTOMERS)
def add_address(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows the form, POST keeps a further address."""
    customer = visible_customer(request, public_id)
    form = AddressForm(request.POST or None, initial={"city": customer.city, "state": customer.state})
    if request.method == "POST" and form.is_valid():
        try:
            addresses.save(customer, form.cleaned_data, by=me(request))
            return done(request, customer, "enderecos", _("Address added."))
        except Refused as refused:
            form.add_error("street", refused.sentence)
    told = {"address_form": form, "is_adding": "address"}
    return show(request, customer, told, status=422 if form.errors else 200)


@sensitive_post_parameters()
@requires(Capability.EDIT_CUSTOMERS)
def edit_address(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET shows the form in the place of the row, POST keeps it. Who may not see it writes it anew."""
    customer, address = _address(request, public_id, pk)
    sees = sees_personal_data(member(request))
    parts = addresses.PARTS if sees else ("kind", "city", "state")
    initial = {name: getattr(address, name) for name in parts} | {"visto": addresses.mark(address)}
    form = AddressForm(request.POST or None, initial=initial, prefix="endereco")
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            addresses.save(customer, given, by=me(request), address=address, seen=given["visto"])
            return done(request, customer, "enderecos", _("Address corrected."))
        except Refused as refused:
            form.add_error("street", refused.sentence)
    told = {"edited_address": pk, "edit_form": form}
    return show(request, customer, told, status=422 if form.errors else 200)


@requires(Capability.EDIT_CUSTOMERS)
def remove_address(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET asks, POST does it."""
    customer, address = _address(request, public_id, pk)
    if request.method != "POST":
        return show(request, customer, {"asked_address": pk})
    addresses.remove(address, by=me(request))
    return done(request, customer, "enderecos", _("Address removed."))


def _address(request: HttpRequest, public_id: UUID, pk: int) -> tuple[Customer, Address]:
    customer = visible_customer(request, public_id)
    return customer, get_object_or_404(customer.addresses, pk=pk)
