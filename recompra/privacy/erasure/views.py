"""The pages of a person's dossier and erasure."""

from __future__ import annotations

import json
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.customers.models import Customer
from recompra.customers.scope import member, visible_customer
from recompra.privacy.dossier import dossier
from recompra.privacy.dossier.pdf import dossier_pdf
from recompra.privacy.dossier.portability import as_book, as_zip
from recompra.privacy.erasure.erase import records_of, refuse_held, request_erasure
from recompra.privacy.erasure.forms import DossierForm, EraseForm
from recompra.privacy.erasure.receipt import receipt, receipt_pdf
from recompra.privacy.models import Erasure, PrivacyRequest
from recompra.privacy.requests import handle as requests
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import CONTENT_TYPES
from recompra.work.fragments import progress

PORTABLE = {"zip": as_zip, "xlsx": as_book}
TYPES = {
    "pdf": "application/pdf",
    "json": "application/json",
    "zip": "application/zip",
    "xlsx": CONTENT_TYPES["xlsx"],
}
LOGGED = ("name", "cpf", "cnpj", "rg", "email", "phone", "mobile", "birth_date", "address")


@requires(Capability.PRIVACY)
def dossier_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is held about the person, counted; and, by POST, the file of it all, logged."""
    customer = visible_customer(request, public_id)
    asked = _asked(request, customer)
    form = DossierForm(request.POST or None, initial={"identidade": asked.identity if asked else ""})
    if request.method == "POST" and form.is_valid():
        return _taken(request, customer, asked, form)
    parts = dossier.held(records_of(customer))
    context = {
        "customer": customer,
        "asked": asked,
        "form": form,
        "full": [(part["title"], len(part["rows"])) for part in parts if part["rows"]],
        "empty": [part["title"] for part in parts if not part["rows"]],
    }
    return render(request, "privacy/dossier.html", context, status=422 if form.is_bound else 200)


def _taken(
    request: HttpRequest, customer: Customer, asked: PrivacyRequest | None, form: DossierForm
) -> HttpResponse:
    """The file; the log says who took it, how the identity was checked, and nothing of its content."""
    kind = form.cleaned_data["formato"]
    checked = str(PrivacyRequest.Identity(form.cleaned_data["identidade"]).label)
    what = "portability" if kind in PORTABLE else "dossier"
    audit.record(request, what, customer_id=customer.pk, fields=LOGGED, reason=checked)
    if asked is not None:
        _identified(request, asked, form)
        requests.step(asked, what, by=member(request))
    name = f"{what}-{str(customer.public_id)[-8:]}-{timezone.localdate():%Y-%m-%d}.{kind}"
    answer = HttpResponse(_file(customer.pk, kind), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _file(customer_id: int, kind: str) -> bytes:
    if kind in PORTABLE:
        return PORTABLE[kind](dossier.portable(customer_id))
    found = dossier.dossier(customer_id)
    return dossier_pdf(found) if kind == "pdf" else json.dumps(found, ensure_ascii=False, indent=1).encode()


@requires(Capability.PRIVACY)
def erase_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What will go and what stays; and, by POST with the word typed, the erasure is asked for."""
    customer = visible_customer(request, public_id)
    asked = _asked(request, customer)
    form = EraseForm(request.POST or None, initial={"identidade": asked.identity if asked else ""})
    hold = _hold(customer)
    if request.method == "POST" and form.is_valid():
        row = request_erasure(customer, by=member(request), request=asked)
        if asked is not None:
            _identified(request, asked, form)
            requests.step(asked, "erasure", by=member(request))
        return redirect("privacy:erasure", row.pk)
    context = {
        "customer": customer,
        "asked": asked,
        "form": form,
        "hold": hold,
        "full": _going(customer),
        "open": PrivacyRequest.objects.filter(customer=customer, answered_at=None),
    }
    return render(request, "privacy/erase.html", context, status=422 if form.is_bound else 200)


def _going(customer: Customer) -> list[tuple[str, int]]:
    """(table, rows) of what an erasure deletes: neither what is kept for a reason nor the facts."""
    goes = {one.model for one in dossier.held_tables() if not one.kept} | {"ingest.QuarantinedRow"}
    parts = dossier.held(records_of(customer))
    return [(part["title"], len(part["rows"])) for part in parts if part["rows"] and part["table"] in goes]


def _identified(request: HttpRequest, asked: PrivacyRequest, form: forms.Form) -> None:
    """What was said of the identity here goes into the request, where nobody had checked it before."""
    if not asked.is_identified:
        requests.identify(asked, form.cleaned_data["identidade"], by=member(request))


def _hold(customer: Customer) -> str:
    """Why the record may not be erased now; "" when it may."""
    try:
        refuse_held([customer.pk])
    except Refused as refused:
        return refused.sentence
    return ""


def _asked(request: HttpRequest, customer: Customer) -> PrivacyRequest | None:
    """The request that led here (`?solicitacao=`), when it is this person's and still open."""
    protocol = request.GET.get("solicitacao", "")
    return PrivacyRequest.objects.filter(protocol=protocol, customer=customer, answered_at=None).first()


@requires(Capability.PRIVACY)
@require_GET
def erasure_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the erasure is; then its receipt, also on paper (`?formato=pdf`)."""
    row = get_object_or_404(Erasure, pk=pk)
    if request.GET.get("formato") == "pdf":
        if row.step != Erasure.Step.PROVED:
            raise Http404
        answer = HttpResponse(receipt_pdf(row, timezone.now()), content_type=TYPES["pdf"])
        answer["Content-Disposition"] = f'attachment; filename="recibo-{str(row.uid)[:8]}.pdf"'
        return answer
    here = reverse("privacy:erasure", args=[pk])
    if "andamento" in request.GET:
        return progress(request, row, poll_url=request.get_full_path(), after_url=here)
    context = {"row": row, "receipt": receipt(row), "poll_url": f"{here}?andamento=1"}
    return render(request, "privacy/erasure.html", context)
