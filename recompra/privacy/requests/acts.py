"""What is done with a request on its page: each act by POST, each a step in its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from recompra.accounts import audit
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.scope import member, visible_customer
from recompra.customers.search import find
from recompra.privacy.models import PrivacyRequest
from recompra.privacy.requests import forms as request_forms
from recompra.privacy.requests import handle as requests
from recompra.privacy.requests.views import answer_page, visible_request

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Act:
    """`opener_too`: whoever opened the request may do it as well. `done` is said afterwards."""

    name: str
    form: type[forms.Form]
    perform: Callable[[PrivacyRequest, dict[str, Any], User], None]
    done: StrPromise
    audited: str = ""
    opener_too: bool = False


ACTS = {
    "identidade": Act(
        "identity",
        request_forms.IdentityForm,
        lambda one, given, by: requests.identify(one, given["identidade"], by=by, text=given["observacao"]),
        gettext_lazy("The identity was noted."),
        "request_identity",
        opener_too=True,
    ),
    "nota": Act(
        "note",
        request_forms.NoteForm,
        lambda one, given, by: requests.note(one, given["nota"], by=by),
        gettext_lazy("The note was added."),
        opener_too=True,
    ),
    "resultado": Act(
        "outcome",
        request_forms.OutcomeForm,
        lambda one, given, by: requests.settle(
            one, given["resultado"], by=by, refusal=given["motivo"], explanation=given["explicacao"]
        ),
        gettext_lazy("The outcome was noted and the letter drafted. Read it before you send it."),
        "request_settle",
    ),
    "carta": Act(
        "letter",
        request_forms.LetterForm,
        lambda one, given, by: requests.write_letter(one, given["carta"], by=by),
        gettext_lazy("The letter was saved."),
    ),
    "respondida": Act(
        "answer",
        request_forms.AnswerForm,
        lambda one, given, by: requests.answer(one, by=by, how=given["como"]),
        gettext_lazy("The request is answered and closed."),
        "request_answer",
    ),
    "reabrir": Act(
        "reopen",
        request_forms.ReopenForm,
        lambda one, given, by: requests.reopen(one, by=by, why=given["motivo"]),
        gettext_lazy("The request is open again."),
        "request_reopen",
    ),
}


@sensitive_post_parameters()
@requires(Capability.SEE_CUSTOMERS)
@require_POST
def act(request: HttpRequest, protocol: str, slug: str) -> HttpResponse:
    """Do it, or show the page again with what was wrong beside its field."""
    if slug not in ACTS:
        raise Http404
    chosen, found = ACTS[slug], visible_request(request, protocol)
    if not (chosen.opener_too or may(request.user, Capability.PRIVACY)):
        raise PermissionDenied
    form = chosen.form(request.POST)
    if not form.is_valid():
        return answer_page(request, found, {chosen.name: form})
    with transaction.atomic():
        locked = PrivacyRequest.objects.select_for_update().get(pk=found.pk)
        chosen.perform(locked, form.cleaned_data, member(request))
        if chosen.audited:
            audit.record(request, chosen.audited, customer_id=found.customer_id)
    messages.success(request, chosen.done)
    return redirect("privacy:request", found.protocol)


@sensitive_post_parameters("busca")
@requires(Capability.PRIVACY)
@require_POST
def candidates(request: HttpRequest, protocol: str) -> HttpResponse:
    """Who of the customers it may be: looked for as in the list of customers."""
    found = visible_request(request, protocol)
    typed = request.POST.get("busca", "").strip()
    people = find(typed, member(request).store_scope()) if typed else None
    context = {"one": found, "typed": typed, "found": people}
    return render(request, "privacy/request_link.html", context)


@requires(Capability.PRIVACY)
@require_POST
def link(request: HttpRequest, protocol: str, public_id: UUID) -> HttpResponse:
    """It is this customer."""
    found = visible_request(request, protocol)
    customer = visible_customer(request, public_id)
    requests.link(found, customer, by=member(request))
    audit.record(request, "request_link", customer_id=customer.pk)
    messages.success(request, _("The record was linked. Now check the person's identity."))
    return redirect("privacy:request", found.protocol)


@requires(Capability.PRIVACY)
@require_POST
def unlink(request: HttpRequest, protocol: str) -> HttpResponse:
    """It was not this customer."""
    found = visible_request(request, protocol)
    requests.link(found, None, by=member(request))
    messages.success(request, _("The record was detached."))
    return redirect("privacy:request", found.protocol)
