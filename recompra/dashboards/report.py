"""The page that asks for an RFM report and hands the file over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import Store, User
from recompra.accounts.roles import Capability, requires
from recompra.dashboards.models import Report
from recompra.dashboards.scope import offered_stores
from recompra.theme.pages import render_page

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

RECENT = 10


def day_field(label: StrPromise, **options: Any) -> forms.DateField:
    """A day, picked with the browser's own calendar, which speaks ISO whatever the language."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


class ReportForm(forms.Form):
    as_of = day_field(
        gettext_lazy("As of the day"), help_text=gettext_lazy("Only purchases up to this day count.")
    )
    since = day_field(
        gettext_lazy("Purchases since"),
        required=False,
        help_text=gettext_lazy("Empty: from the first purchase on."),
    )
    store = forms.ModelChoiceField(
        label=gettext_lazy("Store"), queryset=Store.objects.none(), required=False,
        empty_label=gettext_lazy("All my stores"),
    )  # fmt: skip
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=Report.Format.choices)
    reason = forms.ChoiceField(label=gettext_lazy("What it is for"), choices=Report.Reason.choices)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        mine = [store.id for store in offered_stores(user)]
        self.fields["store"].queryset = Store.objects.filter(id__in=mine)  # type: ignore[attr-defined]

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, as_of = data.get("since"), data.get("as_of")
        if since and as_of and since > as_of:
            self.add_error("since", _("It must be a day up to the one above."))
        return data


@requires(Capability.EXPORT)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form and this person's latest reports; a POST asks the worker for one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the view is guarded by @requires)
    form = ReportForm(request.POST or None, user=user, initial={"as_of": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        Report.objects.create(asked_by=user, unmasked=sees_personal_data(user), **form.cleaned_data)
        return redirect("dashboards:report")
    mine = list(Report.objects.filter(asked_by=user).select_related("store").order_by("-id")[:RECENT])
    context = {
        "form": form,
        "reports": mine,
        "waiting": any(row.is_live for row in mine),
        "unmasked": sees_personal_data(user),
    }
    status = 422 if form.errors else 200
    return render_page(
        request, "dashboards/report.html", {"reports": "dashboards/reports.html"}, context, status=status
    )


@requires(Capability.EXPORT)
@require_GET
def report_file(request: HttpRequest, report_id: int) -> FileResponse:
    """The finished file, for the person who asked for it and nobody else."""
    row = get_object_or_404(Report, pk=report_id, asked_by=request.user)
    if not row.at_hand:
        raise Http404
    name = _("rfm-report-{day}.{format}").format(day=row.as_of.isoformat(), format=row.format)
    return FileResponse(row.path.open("rb"), as_attachment=True, filename=name)
