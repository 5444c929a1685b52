"""The page of records kept apart, setting one apart or taking it back, and the shop's own documents."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from recompra.accounts import audit
from recompra.accounts.masking import mask_cnpj, mask_cpf, sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers import identifiers
from recompra.customers.identity import apart_list, search
from recompra.customers.identity.apart import EVIDENCE, set_apart
from recompra.customers.models import ApartDecision, Customer, OwnDocument
from recompra.customers.scope import member, visible_customer
from recompra.theme import formats
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

PERSON = "pessoa"
PIECES = {"more": "customers/identity/_apart_rows.html"}


@dataclass(frozen=True)
class Row:
    """One record that is nobody: its document as shown, and why it stands apart."""

    customer: Customer
    document: str
    why: str
    by: str


@sensitive_post_parameters("busca")
@requires(Capability.MERGE)
def apart(request: HttpRequest) -> HttpResponse:
    """Who is kept apart, as `?tipo=&ordem=` ask; a POST of `busca` narrows it to whom it names."""
    wanted, typed = apart_list.Wanted.read(request.GET), request.POST.get("busca", "").strip()
    found, after = apart_list.page(wanted, member(request).store_scope(), request.GET.get("apos"), typed)
    whole = sees_personal_data(member(request))
    context = {
        "rows": [_row(one, decision, whole) for one, decision in found],
        "more": "&".join(part for part in (wanted.query(), f"apos={after}") if part) if after else "",
        "wanted": wanted,
        "typed": typed,
        "kinds": Customer.Apart.choices,
        "may_export": may(member(request), Capability.EXPORT),
    }
    return render_page(request, "customers/identity/apart.html", PIECES, context)


def _row(customer: Customer, decision: ApartDecision | None, whole: bool) -> Row:
    by = str(decision.by or "") if decision else ""
    document = _document(customer.cpf or customer.cnpj or "", whole=whole)
    return Row(customer, document, apart_list.why(decision), by)


def _document(value: str, *, whole: bool) -> str:
    if len(value) == 11:
        return formats.cpf(value) if whole else mask_cpf(value)
    return (formats.cnpj(value) if whole else mask_cnpj(value)) if value else ""


class ApartForm(forms.Form):
    """Who this record is, and why."""

    motivo = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It stays with the record. Write no documents or phones here."),
    )

    def __init__(self, data: QueryDict | None, customer: Customer) -> None:
        super().__init__(data, initial={"quem": customer.apart or PERSON})
        person = (PERSON, pgettext("this record is", "a person or company"))
        self.fields["quem"] = forms.ChoiceField(
            label=_("This record is"),
            choices=[person, *Customer.Apart.choices],
            widget=forms.RadioSelect,
        )
        self.order_fields(["quem", "motivo"])


@sensitive_post_parameters("motivo")
@requires(Capability.MERGE)
def keep_apart(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set one record apart, or take it back among people."""
    customer = visible_customer(request, public_id)
    form = ApartForm(request.POST or None, customer)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["quem"].replace(PERSON, "")
        try:
            set_apart(customer, kind, by=member(request), reason=form.cleaned_data["motivo"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Noted. The figures follow in a moment."))
            if kind:
                return redirect("customers:apart")
            return redirect("customers:detail", customer.public_id)
    history = ApartDecision.objects.filter(customer=customer).select_related("by").order_by("-at", "-pk")
    told = [(one, EVIDENCE.get(one.evidence, "") or one.reason) for one in history]
    context = {"customer": customer, "form": form, "history": told}
    return render(
        request, "customers/identity/keep_apart.html", context, status=422 if form.is_bound else 200
    )


class OwnDocumentForm(forms.Form):
    documento = forms.CharField(label="CPF / CNPJ", max_length=20)

    def clean_documento(self) -> str:
        written = self.cleaned_data["documento"]
        found = identifiers.cpf(written) or identifiers.cnpj(written)
        if found is None:
            raise forms.ValidationError(_("This is no valid CPF or CNPJ: the check digits do not agree."))
        if OwnDocument.objects.filter(value=found).exists():
            raise forms.ValidationError(_("It is in the list already."))
        return found


@requires(Capability.DECIDE)
def own_documents(request: HttpRequest) -> HttpResponse:
    """The documents that tills type for nobody; whoever has one is kept apart by the next search."""
    form = OwnDocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        OwnDocument.objects.create(value=form.cleaned_data["documento"], by=member(request))
        audit.record(request, "own_document")
        search.request("person")
        messages.success(request, _("Kept. The search for duplicates looks for it now."))
        return redirect("customers:own_documents")
    rows = [
        (one, _document(one.value, whole=True))
        for one in OwnDocument.objects.select_related("by").order_by("-pk")[:200]
    ]
    context = {"form": form, "rows": rows}
    return render(
        request, "customers/identity/own_documents.html", context, status=422 if form.is_bound else 200
    )


@requires(Capability.DECIDE)
@require_POST
def drop_own_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document off the list; records set apart for it stay so until somebody takes them back."""
    get_object_or_404(OwnDocument, pk=pk).delete()
    audit.record(request, "own_document")
    messages.success(request, _("Taken off the list."))
    return redirect("customers:own_documents")
