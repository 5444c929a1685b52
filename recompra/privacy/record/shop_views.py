"""The page of the controller: who answers for the data, whom to ask, and who handles them for the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.customers.identifiers import cnpj
from recompra.privacy.models import Operator, ShopPrivacy
from recompra.privacy.record import operators
from recompra.privacy.tabs import tabs
from recompra.theme import formats
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    OfShop = forms.ModelForm[ShopPrivacy]
    OfOperator = forms.ModelForm[Operator]
else:
    OfShop = OfOperator = forms.ModelForm


class ShopForm(OfShop):
    """Who answers for the data of this shop."""

    cnpj = forms.CharField(label="CNPJ", max_length=24, required=False)

    class Meta:
        model = ShopPrivacy
        fields = ("controller", "cnpj", "city", "dpo_name", "dpo_contact", "small_agent")
        labels = {
            "controller": gettext_lazy("Controller: the company's registered name"),
            "city": gettext_lazy("City"),
            "dpo_name": gettext_lazy("Data protection officer"),
            "dpo_contact": gettext_lazy("Contact of the officer"),
            "small_agent": gettext_lazy("Small processing agent (Res. CD/ANPD 2/2022)"),
        }
        help_texts = {
            "dpo_contact": gettext_lazy(
                "E-mail, phone or address of a form. It is published (LGPD, art. 41)."
            ),
            "small_agent": gettext_lazy(
                "Micro and small companies and start-ups without high-risk processing: deadlines are doubled."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.cnpj:
            self.initial["cnpj"] = formats.cnpj(self.instance.cnpj)

    def clean_cnpj(self) -> str:
        typed = self.cleaned_data["cnpj"].strip()
        found = cnpj(typed)
        if typed and not found:
            raise forms.ValidationError(_("This is not a valid CNPJ: check the digits."))
        return found or ""


class OperatorForm(OfOperator):
    """A company that handles data for the shop."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country where the data are kept"),
        choices=lambda: list(operators.countries().items()),
    )

    class Meta:
        model = Operator
        fields = ("name", "purpose", "shared", "country", "mechanism", "contact")
        labels = {
            "name": gettext_lazy("Name"),
            "purpose": gettext_lazy("What it does for the shop"),
            "shared": gettext_lazy("Which data it receives"),
            "mechanism": gettext_lazy("Mechanism of the international transfer"),
            "contact": gettext_lazy("Contact"),
        }


@requires(Capability.PRIVACY)
def shop(request: HttpRequest) -> HttpResponse:
    """Who answers for the data; POST changes it."""
    row = ShopPrivacy.current()
    form = ShopForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.pk, row.changed_at = 1, timezone.now()
        row.save()
        audit.record(request, "privacy_shop")
        messages.success(request, _("Saved. The public page shows it at once."))
        return redirect("privacy:shop")
    countries = operators.countries()
    context = {
        "form": form,
        "missing": ShopPrivacy.current().missing,
        "operators": [(one, countries.get(one.country, one.country)) for one in Operator.objects.all()],
        "tabs": tabs(request, "privacy:shop"),
    }
    return render(request, "privacy/shop.html", context, status=422 if form.is_bound else 200)


@requires(Capability.PRIVACY)
def operator(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new operator, or one as it stands; POST keeps it."""
    row = get_object_or_404(Operator, pk=pk) if pk else Operator()
    form = OperatorForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            operators.save(form.save(commit=False))
        except Refused as refused:
            form.add_error("mechanism", refused.sentence)
        else:
            audit.record(request, "privacy_operator")
            messages.success(request, _("The operator was saved."))
            return redirect("privacy:shop")
    context = {"form": form, "one": row}
    return render(request, "privacy/operator.html", context, status=422 if form.is_bound else 200)


@requires(Capability.PRIVACY)
@require_POST
def switch_operator(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin or stop using it (`ligado`: 1 or 0)."""
    row = get_object_or_404(Operator, pk=pk)
    on = request.POST.get("ligado") == "1"
    operators.switch(row, on=on)
    audit.record(request, "privacy_operator")
    messages.success(request, _("In use from now on.") if on else _("No longer in use."))
    return redirect("privacy:shop")
