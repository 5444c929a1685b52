"""Merging two records that a person chose: the other is looked up, their pair is reviewed as any other."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, requires
from recompra.customers import search
from recompra.customers.identity import sides
from recompra.customers.identity.merge import refuse_unfit
from recompra.customers.identity.words import CHOSEN
from recompra.customers.models import Customer, Duplicate
from recompra.customers.record.fields import shown, stored
from recompra.customers.scope import StoreScope, member, of_stores, visible_customer
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

PIECES = {"candidatos": "customers/identity/_candidates.html"}


@dataclass(frozen=True)
class Candidate:
    """One record that was found: what tells namesakes apart, as this person may see it."""

    customer: Customer
    told: list[str]


@sensitive_post_parameters("busca", "outro")
@requires(Capability.MERGE)
def merge_with(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Look the other record up by a POST of `busca`; a POST of `outro`, its public id, opens the two."""
    customer = visible_customer(request, public_id)
    scope, typed = member(request).store_scope(), request.POST.get("busca", "").strip()
    if request.method == "POST" and (chosen := request.POST.get("outro")):
        return redirect("customers:duplicate", paired(customer, _of_id(chosen, scope)).pk)
    context: dict[str, object] = {"customer": customer, "typed": typed}
    if typed:
        found = search.find(typed, scope)
        ids = [row.public_id for row in found.rows if row.public_id != customer.public_id]
        context |= {"found": found, "candidates": _candidates(ids, sees_personal_data(member(request)))}
    return render_page(request, "customers/identity/merge_with.html", PIECES, context)


def paired(one: Customer, other: Customer) -> Duplicate:
    """The pair of the two, made if the search never saw it. Raises Refused when they cannot be merged."""
    if one.pk == other.pk:
        raise Refused(_("This is the same record: choose another one."))
    refuse_unfit(one, other)
    first, second = sorted((one.pk, other.pk))
    wanted = {"score": 0, "reasons": [CHOSEN]}
    return Duplicate.objects.get_or_create(first_id=first, second_id=second, defaults=wanted)[0]


def _of_id(text: str, scope: StoreScope) -> Customer:
    try:
        found = Customer.objects.filter(of_stores(scope), public_id=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _candidates(ids: list[UUID], whole: bool) -> list[Candidate]:
    people = {one.public_id: one for one in Customer.objects.filter(public_id__in=ids)}
    return [Candidate(people[pk], _told(people[pk], whole)) for pk in ids if pk in people]


def _told(customer: Customer, whole: bool) -> list[str]:
    names = ("cpf", "cnpj", "birth_date", "city")
    own = [shown(name, stored(getattr(customer, name)), whole=whole) for name in names]
    return [text for text in own if text] + [
        value for _kind, _name, value in sides.points(customer, whole=whole)[:2]
    ]
