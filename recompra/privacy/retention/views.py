"""The page of retention: each class with its months, the dry run, the confirmed real one; and legal holds."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member, visible_customer
from recompra.privacy.models import LegalHold, RetentionRun
from recompra.privacy.retention import clear as retention
from recompra.privacy.tabs import tabs
from recompra.theme.forms import DayField
from recompra.theme.refused import Refused
from recompra.work import wishes
from recompra.work.fragments import progress

HOLDS_SHOWN = 100


class MonthsForm(forms.Form):
    """How long; empty is for ever."""

    meses = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=1200, required=False)


class HoldForm(forms.Form):
    """Why a record must be kept, and until when."""

    motivo = forms.CharField(
        label=gettext_lazy("Why the record must be kept"),
        max_length=200,
        help_text=gettext_lazy("The case or the authority's letter; no documents or phones."),
    )
    ate = DayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until it is lifted.")
    )


@requires(Capability.PRIVACY)
@require_GET
def retention_page(request: HttpRequest) -> HttpResponse:
    """Every class with its rule and its last run; the legal holds that stand."""
    return _answer(request)


def _answer(request: HttpRequest, wrong: dict[str, MonthsForm] | None = None) -> HttpResponse:
    rows = [
        {
            "rule": one,
            "form": (wrong or {}).get(one.kept.code)
            or MonthsForm(initial={"meses": one.months}, prefix=one.kept.code),
            "poll": reverse("privacy:retention_run", args=[one.last.pk]) if one.last else "",
            "cancel": reverse("privacy:retention_cancel", args=[one.last.pk]) if one.last else "",
        }
        for one in retention.rules()
    ]
    holds = retention.standing_holds().select_related("customer", "by").order_by("-pk")[:HOLDS_SHOWN]
    context = {"rows": rows, "holds": holds, "tabs": tabs(request, "privacy:retention")}
    return render(request, "privacy/retention.html", context, status=422 if wrong else 200)


@requires(Capability.PRIVACY)
@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """The shop's own number of months."""
    _known(code)
    form = MonthsForm(request.POST, prefix=code)
    if form.is_valid():
        try:
            retention.decide(code, form.cleaned_data["meses"], by=member(request))
        except Refused as refused:
            form.add_error("meses", refused.sentence)
        else:
            audit.record(request, "retention_rule", reason=code)
            messages.success(request, _("The rule was saved. Nothing was deleted by it."))
            return redirect("privacy:retention")
    return _answer(request, {code: form})


@requires(Capability.PRIVACY)
@require_POST
def count(request: HttpRequest, code: str) -> HttpResponse:
    """The dry run."""
    _known(code)
    retention.start_dry(code, by=member(request))
    return redirect(f"{reverse('privacy:retention')}#{code}")


def _known(code: str) -> None:
    if code not in {one.kept.code for one in retention.rules()}:
        raise Http404


@requires(Capability.PRIVACY)
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what the dry run found and asks; POST clears it up."""
    dry = get_object_or_404(RetentionRun, pk=pk, is_dry=True)
    _known(dry.code)
    if request.method == "POST":
        retention.start_real(dry, by=member(request))
        return redirect(f"{reverse('privacy:retention')}#{dry.code}")
    return render(request, "privacy/retention_clear.html", {"dry": dry, "rule": retention.rule(dry.code)})


@requires(Capability.PRIVACY)
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is."""
    row = get_object_or_404(RetentionRun, pk=pk)
    return progress(
        request,
        row,
        poll_url=reverse("privacy:retention_run", args=[pk]),
        cancel_url=reverse("privacy:retention_cancel", args=[pk]),
        after_url=reverse("privacy:retention"),
    )


@requires(Capability.PRIVACY)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run; what it cleared up stays cleared up."""
    wishes.cancel(get_object_or_404(RetentionRun, pk=pk))
    return redirect("privacy:retention")


@requires(Capability.PRIVACY)
def hold(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a customer's record under a legal hold."""
    customer = visible_customer(request, public_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            retention.hold(customer, given["motivo"], by=member(request), until=given["ate"])
        except Refused as refused:
            form.add_error("ate", refused.sentence)
        else:
            audit.record(request, "legal_hold", customer_id=customer.pk)
            messages.success(request, _("The record is under a legal hold."))
            return redirect("privacy:retention")
    context = {"form": form, "customer": customer}
    return render(request, "privacy/hold.html", context, status=422 if form.is_bound else 200)


@requires(Capability.PRIVACY)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a legal hold."""
    held = get_object_or_404(LegalHold, pk=pk)
    retention.lift(held, by=member(request))
    audit.record(request, "legal_hold", customer_id=held.customer_id)
    messages.success(request, _("The hold was lifted. It stays on record."))
    return redirect("privacy:retention")
