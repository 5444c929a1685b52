"""What is done with a saved segment as a whole: copy, archive, bring back, move to a folder, take out and
bring in as JSON."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member
from recompra.segments.builder import draft
from recompra.segments.models import Segment
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from recompra.theme.refused import Refused

MOST_BYTES = 1_000_000


@requires(Capability.SEGMENT)
@require_POST
def copy(request: HttpRequest, segment: UUID) -> HttpResponse:
    """Begin a new segment with the rule of this one."""
    one = get_object_or_404(Segment, public_id=segment)
    name = _("%(name)s (copy)") % {"name": one.name[:70]}
    draft.start(member(request), as_json(read(one.rule)), name=name, folder=one.folder)
    return redirect("segments:new")


@requires(Capability.SEGMENT)
@require_POST
def archive(request: HttpRequest, segment: UUID) -> HttpResponse:
    """Take a segment out of the list; it can be brought back."""
    one = get_object_or_404(Segment, public_id=segment, archived_at=None)
    one.archived_at = timezone.now()
    one.save(update_fields=["archived_at"])
    where = reverse("segments:segment", args=[one.public_id])
    messages.success(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            _("“%(name)s” is archived.") % {"name": one.name},
            where,
            _("Bring it back"),
        ),
    )
    return redirect("segments:list")


@requires(Capability.SEGMENT)
@require_POST
def bring_back(request: HttpRequest, segment: UUID) -> HttpResponse:
    """Put an archived segment into the list again."""
    one = get_object_or_404(Segment, public_id=segment, archived_at__isnull=False)
    one.archived_at = None
    _keep(one, "archived_at")
    messages.success(request, _("The segment is back in the list."))
    return redirect("segments:segment", one.public_id)


@requires(Capability.SEGMENT)
@require_POST
def move(request: HttpRequest, segment: UUID) -> HttpResponse:
    """Put a segment into another folder."""
    one = get_object_or_404(Segment, public_id=segment)
    folder = request.POST.get("pasta", "").strip()
    if len(folder) > 60:
        raise Refused(_("The name of a folder has up to 60 letters."))
    one.folder = folder
    _keep(one, "folder")
    messages.success(request, _("Moved."))
    return redirect("segments:segment", one.public_id)


def _keep(one: Segment, column: str) -> None:
    try:
        with transaction.atomic():
            one.version += 1  # who is editing it is told
            one.save(update_fields=[column, "version"])
    except IntegrityError:
        raise Refused(
            _("There is a segment of this name in the folder already: give this one another name first.")
        ) from None


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def as_file(request: HttpRequest, segment: UUID) -> HttpResponse:
    """The rule as a JSON file, for another shop or another day."""
    one = get_object_or_404(Segment, public_id=segment)
    told = {"name": one.name, "folder": one.folder, "description": one.description, "rule": one.rule}
    answer = JsonResponse(told, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{slugify(one.name) or "segmento"}.json"'
    return answer


class BringInForm(forms.Form):
    """A rule as JSON, pasted or as a file."""

    texto = forms.CharField(
        label=gettext_lazy("JSON"),
        required=False,
        strip=True,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    arquivo = forms.FileField(label=gettext_lazy("Or a file"), required=False)

    def given(self) -> dict[str, Any]:
        """What was brought. Refused: it is no JSON object."""
        text = self.cleaned_data["texto"]
        if (file := self.cleaned_data["arquivo"]) is not None:
            if file.size > MOST_BYTES:
                raise Refused(_("The file is too large: a rule has up to 1 MB."))
            text = file.read().decode("utf-8-sig", errors="replace")
        if not text:
            raise Refused(_("Paste the JSON of a rule, or choose a file."))
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused(_not_json(error)) from None
        if not isinstance(found, dict):
            raise Refused(_("A rule is a JSON object: { … }."))
        if not _is_text(found):
            raise Refused(_("This is no JSON that can be read."))
        return found


def _is_text(found: dict[str, Any]) -> bool:
    """Whether a database can hold it: no half characters, no zero ones."""
    told = json.dumps(found, ensure_ascii=False)
    try:
        told.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in told


def _not_json(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return _("This is no JSON: line %(line)s, column %(column)s.") % {
            "line": error.lineno,
            "column": error.colno,
        }
    return _("This is no JSON that can be read.")


@requires(Capability.SEGMENT)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Begin a new segment with a rule from JSON: the rule alone, or with its name as `as_file` writes it."""
    form = BringInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = form.given()
            told = found.get("rule", found)
            names = {name: str(found.get(name) or "")[:600] for name in ("name", "folder")}
            if "rule" not in found:
                names = {"name": "", "folder": ""}
            draft.start(member(request), as_json(read(told)), **names)
        except Refused as refused:
            form.add_error("arquivo" if request.FILES else "texto", refused.sentence)
        else:
            messages.success(request, _("The rule is understood. Look at it, and save it."))
            return redirect("segments:new")
    return render(request, "segments/bring_in.html", {"form": form}, status=422 if form.is_bound else 200)
