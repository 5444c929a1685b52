"""Taking a list: what is in it, as which file and what for; the lists of the last day, and their files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from recompra.accounts.audit import LIKE_A_PERSONAL_DATUM
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member
from recompra.privacy.permission import REASONS
from recompra.segments.destinations.catalog import destinations
from recompra.segments.export.file import answer_of
from recompra.segments.found import columns as list_columns
from recompra.segments.found.columns import COLUMNS
from recompra.segments.found.listing import SORTS
from recompra.segments.found.question import asked_by, count
from recompra.segments.models import ListExport
from recompra.theme.pages import render_page
from recompra.theme.spreadsheet import CONTENT_TYPES
from recompra.work import alive, fragments, wishes
from recompra.work.claim import claim, run

STRAIGHT = 5_000
"""Up to so many people a file is made while the browser waits."""
RECENT = 10


class ExportForm(forms.Form):
    """As which file, what for, with which columns."""

    formato = forms.ChoiceField(label=gettext_lazy("File format"), choices=ListExport.Format.choices)
    uso = forms.ChoiceField(label=gettext_lazy("What it is for"), required=False)
    colunas = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )
    motivo = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=120,
        help_text=gettext_lazy("It stays in the access log. Write no names, documents or phones here."),
    )

    def __init__(self, given: QueryDict | None, user: User) -> None:
        super().__init__(given, initial={"colunas": [one.name for one in list_columns.of_user(user)]})
        uses = [*ListExport.Use.choices, *((one.name, one.title) for one in destinations().values())]
        self.fields["uso"].choices = uses  # type: ignore[attr-defined]
        named = [(one.name, one.title) for one in COLUMNS.values()]
        self.fields["colunas"].choices = named  # type: ignore[attr-defined]

    def clean_motivo(self) -> str:
        reason: str = self.cleaned_data["motivo"]
        if LIKE_A_PERSONAL_DATUM.search(reason):
            raise forms.ValidationError(_("Write no names, documents or phones here."))
        return reason


@requires(Capability.EXPORT)
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask as which file and what for. A short list is the answer itself; a long one is made by the worker."""
    user = member(request)
    question, sort = asked_by(request.GET.get("grupo", "")), request.GET.get("ordem", "")
    form = ExportForm(request.POST or None, user)
    asked = ListExport(
        question={"origin": question.origin, "asked": question.asked},
        sort=sort if sort in SORTS else SORTS[0],
        asked_by=user,
        unmasked=sees_personal_data(user),
    )
    answer = answer_of(asked)
    many = count(answer)
    if request.method == "POST" and form.is_valid():
        _fill(asked, form.cleaned_data, answer.title, user)
        if many <= STRAIGHT:
            return _straight(asked)
        asked.save()
        return redirect("segments:lists")
    context = {
        "form": form,
        "many": many,
        "found_title": answer.title,
        "whole": asked.unmasked,
        "is_long": many > STRAIGHT,
        "grupo": question.token(),
        "here": request.get_full_path(),
        "destinations": destinations().values(),
    }
    return render_page(request, "segments/export.html", context=context, status=422 if form.is_bound else 200)


def _fill(asked: ListExport, given: dict[str, Any], title: str, user: User) -> None:
    use = given["uso"] or ListExport.Use.ANALYSIS
    asked.destination = use if use in destinations() else ""
    asked.use = ListExport.Use.EMAIL if asked.destination else use
    asked.columns = given["colunas"] or [one.name for one in list_columns.of_user(user)]
    asked.format, asked.reason, asked.told = given["formato"], given["motivo"], title[:300]


def _straight(asked: ListExport) -> HttpResponseBase:
    """The file at once. Where the worker was quicker to begin, the page of lists tells how far it is."""
    asked.save()
    for mine in claim(ListExport, alive.owner(), only=asked.pk):
        run(mine)
    asked.refresh_from_db()
    return _file(asked) if asked.at_hand else redirect("segments:lists")


@requires(Capability.EXPORT)
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """The lists that this person asked for lately."""
    found = list(_mine(request).order_by("-pk")[:RECENT])
    context = {
        "lists": [(one, _left_out(one)) for one in found],
        "waiting": any(one.is_live for one in found),
    }
    return render_page(request, "segments/lists.html", {"listas": "segments/_lists.html"}, context)


@requires(Capability.EXPORT)
@require_GET
def list_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The finished file, for who asked for it and nobody else."""
    asked = get_object_or_404(_mine(request), pk=pk)
    if not asked.at_hand:
        raise Http404
    return _file(asked)


@requires(Capability.EXPORT)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a list is."""
    asked = get_object_or_404(_mine(request), pk=pk)
    here = reverse("segments:list_progress", args=[pk])
    return fragments.progress(
        request,
        asked,
        poll_url=here,
        cancel_url=reverse("segments:list_cancel", args=[pk]),
        after_url=reverse("segments:lists"),
    )


@requires(Capability.EXPORT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop making a list."""
    wishes.cancel(get_object_or_404(_mine(request), pk=pk))
    return redirect("segments:lists")


def _mine(request: HttpRequest) -> QuerySet[ListExport]:
    return ListExport.objects.filter(asked_by=member(request))


def _left_out(asked: ListExport) -> list[tuple[str, int]]:
    return [(str(words), asked.left_out[code]) for code, words in REASONS.items() if code in asked.left_out]


def _file(asked: ListExport) -> FileResponse:
    stem = "publico" if asked.destination else "clientes"
    name = f"{stem}-{timezone.localdate():%Y-%m-%d}.{asked.format}"
    return FileResponse(
        asked.path.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPES[asked.format]
    )
