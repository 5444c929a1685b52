"""The page of the targets: one field per store, and what was decided before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from recompra.accounts.models import Store
from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member
from recompra.dashboards.customers.targets import decide, latest
from recompra.dashboards.models import IdentifiedTarget
from recompra.dashboards.scope import offered_stores

HISTORY = 50


class TargetsForm(forms.Form):
    """A share in per cent for each store; empty: no target."""

    use_required_attribute = False

    def __init__(self, *args: Any, stores: tuple[Store, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.stores, current = stores, latest(store.id for store in stores)
        for store in stores:
            self.fields[_name(store)] = forms.IntegerField(
                label=store.name, required=False, min_value=1, max_value=100, initial=current.get(store.id)
            )

    def wanted(self) -> dict[Store, int | None]:
        return {store: self.cleaned_data[_name(store)] for store in self.stores}


def _name(store: Store) -> str:
    return f"store_{store.id}"


@requires(Capability.DECIDE)
@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """See and set the targets of the stores that this person may see."""
    user = member(request)
    stores = offered_stores(user)
    form = TargetsForm(request.POST or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        count = decide(form.wanted(), user)
        told = ngettext("%(count)s target was changed.", "%(count)s targets were changed.", count)
        messages.success(request, told % {"count": count} if count else _("No target was changed."))
        return redirect("dashboards:targets")
    decisions = IdentifiedTarget.objects.filter(store__in=stores).select_related("store", "decided_by")
    context = {"form": form, "history": decisions.order_by("-decided_at", "-id")[:HISTORY]}
    return render(request, "dashboards/customers/targets.html", context, status=422 if form.errors else 200)
