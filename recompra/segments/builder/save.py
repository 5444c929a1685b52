"""A draft becomes a segment: what it must have, and what happens when a colleague was quicker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.segments.builder.conditions import understand
from recompra.segments.builder.draft import Draft, discard, read
from recompra.segments.models import Segment, SegmentDraft
from recompra.segments.rule.write import as_json
from recompra.segments.upkeep.fresh import ask

if TYPE_CHECKING:
    from recompra.accounts.models import User


class SegmentForm(forms.Form):
    """The name under which a rule is kept."""

    nome = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    pasta = forms.CharField(label=gettext_lazy("Folder"), max_length=60, required=False)
    descricao = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, draft: Draft) -> SegmentForm:
        given = {"nome": draft.name, "pasta": draft.folder, "descricao": draft.description}
        return cls(given, auto_id="segmento_%s")


@dataclass
class Outdated(Exception):
    """A colleague saved the segment since this draft began; `segment` is as it is now."""

    segment: Segment


def mistakes(draft: Draft, segment: Segment | None) -> SegmentForm:
    """The form with what is wrong about the names, if anything."""
    form = SegmentForm.of(draft)
    if form.is_valid():
        others = Segment.objects.filter(
            archived_at=None, folder=form.cleaned_data["pasta"], name=form.cleaned_data["nome"]
        )
        if segment is not None:
            others = others.exclude(pk=segment.pk)
        if others.exists():
            form.add_error("nome", _("There is a segment of this name in the folder already."))
    return form


def save(row: SegmentDraft, form: SegmentForm, user: User, *, over: bool = False) -> Segment:
    """Keep a draft without mistakes as its segment, or as a new one. `over`: also over a colleague's change.

    Raises Outdated where there is such a change.
    """
    draft = read(row.content)
    now = timezone.now()
    given = {
        "name": form.cleaned_data["nome"],
        "folder": form.cleaned_data["pasta"],
        "description": form.cleaned_data["descricao"],
        "rule": as_json(understand(draft.tree).rule),
        "updated_by": user,
        "updated_at": now,
    }
    with transaction.atomic():
        if row.segment_id is None:
            segment = Segment.objects.create(**given, created_by=user, created_at=now)
        else:
            asked = Segment.objects.filter(pk=row.segment_id, archived_at=None)
            wanted = asked if over else asked.filter(version=row.seen_version or 0)
            if not wanted.update(**given, version=F("version") + 1, broken=""):
                raise Outdated(Segment.objects.select_related("updated_by").get(pk=row.segment_id))
            segment = Segment.objects.get(pk=row.segment_id)
        discard(user, row.segment)
        ask("rule")
    return segment


def changed_meanwhile(row: SegmentDraft) -> list[str]:
    """What a colleague changed of the segment since this draft began, by name; [] for nothing."""
    now, then = row.segment, row.seen or {}
    if now is None or now.version == row.seen_version:
        return []
    named = {
        "name": _("the name"),
        "folder": _("the folder"),
        "description": _("the description"),
        "rule": _("the conditions"),
    }
    return [words for name, words in named.items() if getattr(now, name) != then.get(name)]
