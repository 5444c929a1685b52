"""The section of notes as a person sees it: what may be done with each, masks, the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may
from recompra.customers.contact.forms import NoteForm
from recompra.customers.models import Customer, Mention, Note, NoteVersion
from recompra.customers.notes import write as notes
from recompra.customers.notes.mentions import callable_for
from recompra.customers.scope import member


@dataclass(frozen=True)
class Version:
    """How a note read before `row` replaced it."""

    row: NoteVersion
    text: str


@dataclass(frozen=True)
class Line:
    """One note as it is shown to one person."""

    row: Note
    text: str
    called: list[str]
    may_edit: bool
    may_delete: bool
    may_pin: bool


def told(request: HttpRequest, customer: Customer, whole: bool, words: str = "") -> dict[str, Any]:
    """What the section shows, as `?nota=` (a kind) and `?notas_apos=` ask; `words` were looked for."""
    user = member(request)
    kind = request.GET.get("nota", "")
    page = notes.page(customer, kind=kind, words=words, after=request.GET.get("notas_apos", ""))
    colleagues = [one for one in callable_for(customer) if one.pk != user.pk]
    return {
        "notes": lines([*page.pinned, *page.notes], user, whole),
        "notes_after": page.after,
        "note_kind": kind if kind in Note.Kind.values else "",
        "note_kinds": Note.Kind.choices,
        "note_words": words,
        "note_form": NoteForm(colleagues),
        "is_searched": bool(words or kind),
        "may_export": may(user, Capability.EXPORT),
    }


def lines(found: list[Note], user: User, whole: bool) -> list[Line]:
    """The notes with what this person may do; one's own are never masked."""
    called: dict[int, list[str]] = {}
    for note_id, name in (
        Mention.objects.filter(note__in=found).order_by("pk").values_list("note_id", "user__name")
    ):
        called.setdefault(note_id, []).append(name)
    return [line(note, user, whole, called.get(note.pk, [])) for note in found]


def line(note: Note, user: User, whole: bool, called: list[str] | None = None) -> Line:
    if called is None:
        called = list(note.mentions.order_by("pk").values_list("user__name", flat=True))
    return Line(
        row=note,
        text=text_for(note, user, whole),
        called=called,
        may_edit=notes.may_change(user, note),
        may_delete=notes.may_delete(user, note),
        may_pin=may(user, Capability.EDIT_CUSTOMERS),
    )


def versions(note: Note, user: User, whole: bool) -> list[Version]:
    """How it read before, the latest first."""
    rows = note.versions.select_related("by").order_by("-at", "-pk")
    return [Version(row, _text(row.text, note, user, whole)) for row in rows]


def text_for(note: Note, user: User, whole: bool) -> str:
    """The text as this person sees it."""
    return _text(note.text, note, user, whole)


def _text(text: str, note: Note, user: User, whole: bool) -> str:
    return text if whole or note.author_id == user.pk else notes.masked(text)
