"""*Como as previsões são feitas*: what the shop may choose, what Recompra chose, and who chose before."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.scope import member
from recompra.predictions import asking, wishes
from recompra.predictions.models import ModelRecord, PredictionSettings

HISTORY = 20


class ChoicesForm(forms.Form):
    """Empty: Recompra chooses."""

    horizon_days = forms.IntegerField(
        label=gettext_lazy("Horizon of the risk of loss, in days"),
        help_text=gettext_lazy(
            "The risk is the probability of no purchase in so many days. Empty: twice the usual interval of "
            "your customers, in whole months, from 30 to 180 days."
        ),
        required=False, min_value=7, max_value=730,
    )  # fmt: skip
    active_days = forms.IntegerField(
        label=gettext_lazy("A customer is active until so many days after the last purchase"),
        help_text=gettext_lazy(
            "The risk is told of active customers only. Empty: 180 days, or twice the usual interval where "
            "that is longer."
        ),
        required=False, min_value=7, max_value=1825,
    )  # fmt: skip

    use_required_attribute = False


@requires(Capability.SEE_PANEL)
@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """The choices in force and those of before."""
    chosen = asking.in_force()
    given = {"horizon_days": chosen.horizon_days, "active_days": chosen.active_days}
    return _page(request, ChoicesForm(initial=given))


@requires(Capability.DECIDE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """A new version of the choices, and everything predicted anew by them."""
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    chosen = asking.in_force()
    if any(getattr(chosen, name) != value for name, value in form.cleaned_data.items()):
        PredictionSettings.objects.create(**form.cleaned_data, decided_by=member(request))
        audit.record(request, "prediction_choices")
        wishes.ask("choice")
        messages.success(request, _("Saved. The predictions are being made again."))
    else:
        messages.success(request, _("Nothing was changed."))
    return redirect("predictions:choices")


def _page(request: HttpRequest, form: ChoicesForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "chosen": asking.in_force(),
        "last": ModelRecord.objects.order_by("-pk").first(),
        "history": PredictionSettings.objects.select_related("decided_by").order_by("-pk")[:HISTORY],
        "may_decide": may(request.user, Capability.DECIDE),
    }
    return render(request, "predictions/choices.html", context, status=status)
