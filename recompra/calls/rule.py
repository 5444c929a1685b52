"""From how many days past the mean interval on it is time: what the shop decided, and who did."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.calls import wishes
from recompra.customers.models import RemarketingRule
from recompra.customers.scope import member
from recompra.customers.xray.remarketing import MOST_DAYS, after_days

EXAMPLE = 15
HISTORY = 20


class RuleForm(forms.Form):
    """The one number of the rule."""

    dias = forms.IntegerField(
        label=gettext_lazy("Days after the mean interval"),
        help_text=gettext_lazy("0 is the very day on which the interval runs out; 1 is the day after."),
        min_value=0,
        max_value=MOST_DAYS,
    )


@requires(Capability.DECIDE)
def rule(request: HttpRequest) -> HttpResponse:
    """GET shows the rule in force and those before it; POST makes a new one, and the list anew by it."""
    days = after_days()
    form = RuleForm(request.POST if request.method == "POST" else None, initial={"dias": days})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["dias"] != days:
            RemarketingRule.objects.create(after_days=form.cleaned_data["dias"], decided_by=member(request))
            audit.record(request, "remarketing_rule")
            wishes.ask("rule")
        messages.success(request, _("Saved. The list is being made again."))
        return redirect("calls:list")
    history = RemarketingRule.objects.select_related("decided_by").order_by("-pk")[:HISTORY]
    context = {"form": form, "days": days, "usual": EXAMPLE, "day": EXAMPLE + days, "history": history}
    return render(request, "calls/rule.html", context, status=422 if form.is_bound else 200)
