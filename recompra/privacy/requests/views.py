"""The pages of the requests of data subjects: the list, opening one, and one with its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.masking import mask_email, mask_phone, sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import Customer
from recompra.customers.scope import member, visible_customer
from recompra.privacy.models import PrivacyRequest
from recompra.privacy.requests import forms as request_forms
from recompra.privacy.requests import handle as requests
from recompra.privacy.requests import list as request_list
from recompra.privacy.requests.actions import actions
from recompra.privacy.requests.letter_pdf import letter_pdf
from recompra.privacy.requests.letters import ARTICLES
from recompra.privacy.tabs import tabs
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

SITUATION_WORDS = {
    request_list.OPEN: gettext_lazy("Open ones"),
    request_list.LATE: gettext_lazy("Late ones"),
    request_list.ANSWERED: gettext_lazy("Answered ones"),
    request_list.ALL: gettext_lazy("All requests"),
}
LIST = {"solicitacoes": "privacy/_requests.html", "mais": "privacy/_request_rows.html"}


@sensitive_post_parameters("busca")
@requires(Capability.PRIVACY)
def request_list_page(request: HttpRequest) -> HttpResponse:
    """Requests by deadline, late ones first; a search comes by POST and stays out of the address."""
    filters = request_list.Filters.read(request.GET)
    typed = request.POST.get("busca", "").strip() if request.method == "POST" else ""
    if typed:
        rows, after = request_list.find(typed), ""
    else:
        rows, after = request_list.page(filters, request.GET.get("apos"))
    today = timezone.localdate()
    waiting = requests.open_requests()
    context = {
        "rows": [shown(row) for row in rows],
        "typed": typed,
        "more": f"{reverse('privacy:requests')}?{filters.query(apos=after)}" if after else "",
        "filters": filters,
        "sort": filters.order,
        "kinds": PrivacyRequest.Kind.choices,
        "situations": SITUATION_WORDS.items(),
        "late": waiting.filter(due_on__lt=today).count(),
        "near": waiting.filter(due_on__gte=today, alert_on__lte=today).count(),
        "tabs": tabs(request, "privacy:requests"),
        "may_export": may(request.user, Capability.EXPORT),
    }
    return render_page(request, "privacy/requests.html", LIST, context)


def shown(found: PrivacyRequest) -> dict[str, Any]:
    """A request with its clock in words: `family` is the colour class of its deadline."""
    left = found.days_left(timezone.localdate())
    if not found.is_open:
        clock, family = found.get_outcome_display(), "lost"
    elif left < 0:
        clock = _("late by %(n)s") % {"n": _days(-left)}
        family = "risk"
    elif left == 0:
        clock, family = _("today is the last day"), "risk"
    else:
        clock = _("%(n)s left") % {"n": _days(left)}
        family = "warn" if timezone.localdate() >= found.alert_on else "champ"
    return {"one": found, "clock": clock, "family": family, "article": ARTICLES[found.kind]}


def _days(count: int) -> str:
    return _("1 day") if count == 1 else _("%(n)s days") % {"n": count}


@sensitive_post_parameters()
@requires(Capability.SEE_CUSTOMERS)
def open_request(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """Open a request of a customer, or of somebody unknown: whoever receives one may, for its clock runs."""
    customer = visible_customer(request, public_id) if public_id else None
    form = request_forms.OpenForm(request.POST or None, known=customer is not None)
    if request.method == "POST" and form.is_valid():
        opened = _opened(request, form.cleaned_data, customer)
        messages.success(
            request, _("Request opened. Tell the person the protocol: %(p)s") % {"p": opened.protocol}
        )
        return redirect("privacy:request", opened.protocol)
    context = {"form": form, "customer": customer}
    return render(request, "privacy/request_new.html", context, status=422 if form.is_bound else 200)


def _opened(request: HttpRequest, given: dict[str, Any], customer: Customer | None) -> PrivacyRequest:
    by = member(request)
    with transaction.atomic():
        opened = requests.open_request(
            given["pedido"],
            channel=given["canal"],
            by=by,
            customer=customer,
            name=given.get("nome", ""),
            contact=given["contato"],
            asked=given["texto"],
            received_on=given["recebida"],
            simplified=given["simplificado"],
        )
        if given["identidade"]:
            requests.identify(opened, given["identidade"], by=by)
        audit.record(request, "request_open", customer_id=customer.pk if customer else None)
    return opened


def visible_request(request: HttpRequest, protocol: str) -> PrivacyRequest:
    """The request, for who answers requests and for who opened it. Raises Http404 for everybody else."""
    found = get_object_or_404(PrivacyRequest.objects.select_related("customer"), protocol=protocol)
    if not may(request.user, Capability.PRIVACY) and found.created_by_id != request.user.pk:
        raise Http404
    return found


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def request_page(request: HttpRequest, protocol: str) -> HttpResponse:
    """One request: what was asked, until when, what was done, and what comes next."""
    return answer_page(request, visible_request(request, protocol))


def answer_page(
    request: HttpRequest, found: PrivacyRequest, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """The page of a request; `bound` are forms that came back with errors."""
    handles = may(request.user, Capability.PRIVACY)
    given: dict[str, forms.Form] = {
        "identity": request_forms.IdentityForm(),
        "note": request_forms.NoteForm(),
        "outcome": request_forms.OutcomeForm(
            initial={
                "resultado": found.outcome,
                "motivo": found.refusal,
                "explicacao": found.explanation,
            }
        ),
        "letter": request_forms.LetterForm(initial={"carta": found.letter}),
        "answer": request_forms.AnswerForm(),
        "reopen": request_forms.ReopenForm(),
    }
    whole = sees_personal_data(member(request))
    context = {
        **shown(found),
        "forms": given | (bound or {}),
        "handles": handles,
        "locked": requests.needs_identity(found),
        "contact": found.contact if whole else _masked(found.contact),
        "steps": [
            (step, requests.STEPS.get(step.what, step.what))
            for step in found.steps.select_related("by").order_by("-pk")
        ],
        "actions": actions(request, found) if handles else [],
        "tabs": tabs(request, "privacy:requests"),
    }
    return render(request, "privacy/request.html", context, status=422 if bound else 200)


def _masked(contact: str) -> str:
    return mask_email(contact) if "@" in contact else mask_phone(contact)


@requires(Capability.PRIVACY)
@require_GET
def letter_page(request: HttpRequest, protocol: str) -> HttpResponse:
    """The letter alone, to be printed or saved as a PDF."""
    found = visible_request(request, protocol)
    if not found.letter:
        raise Refused(_("There is no letter yet: decide the outcome first."))
    return letter_answer(request, found.letter, protocol, reverse("privacy:request", args=[protocol]))


def letter_answer(request: HttpRequest, letter: str, name: str, back: str) -> HttpResponse:
    """A letter as a page, or with `?formato=pdf` as a file of that name."""
    if request.GET.get("formato") != "pdf":
        return render(request, "privacy/letter.html", {"letter": letter, "back": back})
    if not may(request.user, Capability.EXPORT):
        raise PermissionDenied
    audit.record(request, "letter_pdf")
    answer = HttpResponse(letter_pdf(letter, name), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The button on the customer's page, with how many of their requests wait."""
    customer = visible_customer(request, public_id)
    waiting = requests.open_requests().filter(customer=customer).count()
    return render(request, "privacy/_request_action.html", {"customer": customer, "waiting": waiting})
