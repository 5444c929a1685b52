"""Notes of colleagues on a customer: written, edited with what stood before, pinned, deleted and brought
back; found by kind and by words; told in the timeline.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts.masking import DOT, mask_email, sees_personal_data
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may
from recompra.customers.identifiers import text_key
from recompra.customers.models import Customer, LookUp, Note, NoteVersion
from recompra.customers.notes import mentions
from recompra.theme import keyset
from recompra.theme.timeline import Entry, tells

LONGEST = 10_000
PAGE = 20
MOST_PINNED = 10
KEPT_DELETED = dt.timedelta(days=30)
TOLD = 280
_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+")
_DIGITS = re.compile(r"\d(?:[\d\s./()-]*\d)?")


def write(
    customer: Customer, text: str, kind: str, *, by: User, called: Iterable[User] = (), pinned: bool = False
) -> Note:
    """Keep a note and call the colleagues who are `called` or named in it as @Nome."""
    with transaction.atomic():
        note = Note.objects.create(
            customer=customer, kind=kind, text=text, text_key=text_key(text), author=by
        )
        if pinned:
            pin(note, True)
        mentions.call(note, called, by=by)
    return note


def edit(note: Note, text: str, kind: str, *, by: User, called: Iterable[User] = ()) -> None:
    """Replace the text; what stood before stays as a version. Nothing happens when nothing differs."""
    with transaction.atomic():
        before = Note.objects.select_for_update().get(pk=note.pk)
        if (before.text, before.kind) != (text, kind):
            now = timezone.now()
            NoteVersion.objects.create(note=note, kind=before.kind, text=before.text, by=by, at=now)
            note.text, note.kind, note.text_key, note.edited_at = text, kind, text_key(text), now
            note.save(update_fields=["text", "kind", "text_key", "edited_at"])
        mentions.call(note, called, by=by)


def pin(note: Note, is_pinned: bool) -> None:
    """Put a note on top of the others, or back among them. The oldest pin gives way to one too many."""
    with transaction.atomic():
        Note.objects.filter(pk=note.pk).update(is_pinned=is_pinned)
        note.is_pinned = is_pinned
        pinned = Note.objects.filter(customer_id=note.customer_id, is_pinned=True).order_by(
            "-created_at", "-pk"
        )
        surplus = [pk for pk in pinned.values_list("pk", flat=True) if pk != note.pk][MOST_PINNED - 1 :]
        Note.objects.filter(pk__in=surplus if is_pinned else []).update(is_pinned=False)


def delete(note: Note, *, by: User) -> None:
    """Take a note off the page. For 30 days it can be brought back."""
    note.deleted_at, note.deleted_by = timezone.now(), by
    note.save(update_fields=["deleted_at", "deleted_by"])


def bring_back(note: Note) -> None:
    note.deleted_at, note.deleted_by = None, None
    note.save(update_fields=["deleted_at", "deleted_by"])


def may_change(user: User, note: Note) -> bool:
    """Whether this person may edit or delete it: who wrote it, and for deleting who decides for the shop."""
    return may(user, Capability.EDIT_CUSTOMERS) and note.author_id == user.pk


def may_delete(user: User, note: Note) -> bool:
    return may_change(user, note) or (may(user, Capability.EDIT_CUSTOMERS) and may(user, Capability.DECIDE))


def purge() -> None:
    """The clock's call: notes deleted long ago go for good, and so do answers that expired."""
    now = timezone.now()
    Note.objects.filter(deleted_at__lt=now - KEPT_DELETED).delete()
    LookUp.objects.filter(expires_at__lt=now).delete()


@dataclass(frozen=True)
class Page:
    """Notes of a customer: those pinned (on the first page only), the others newest first, and the key after
    which older ones follow ("" at the end)."""

    pinned: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    after: str = ""


def page(customer: Customer, *, kind: str = "", words: str = "", after: str = "") -> Page:
    """A page of the notes of a kind ("": of any) that hold all the words, accents and capitals aside."""
    found = shown(customer, kind)
    for word in text_key(words).split():
        found = found.filter(text_key__contains=word)
    place = keyset.decode(after, dt.datetime, int)
    pinned = [] if place else list(found.filter(is_pinned=True))
    others = found.filter(is_pinned=False)
    if place and isinstance(place[0], dt.datetime) and place[0].tzinfo:
        others = others.filter(Q(created_at__lt=place[0]) | Q(created_at=place[0], pk__lt=place[1]))
    read = list(others[: PAGE + 1])
    last = read[PAGE - 1] if len(read) > PAGE else None
    return Page(pinned, read[:PAGE], keyset.encode(last.created_at, last.pk) if last else "")


def shown(customer: Customer, kind: str = "") -> QuerySet[Note]:
    """The notes on a customer, newest first; those of a kind, where it is one."""
    found = Note.objects.filter(customer=customer, deleted_at=None).select_related("author")
    if kind in Note.Kind.values:
        found = found.filter(kind=kind)
    return found.order_by("-created_at", "-pk")


def masked(text: str) -> str:
    """A note's text without e-mails, and without runs of digits as long as a phone or a document."""
    text = _EMAIL.sub(lambda found: mask_email(found[0]), text)
    return _DIGITS.sub(lambda found: _dotted(found[0]), text)


def _dotted(run: str) -> str:
    if sum(char.isdigit() for char in run) < 7:
        return run
    return re.sub(r"\d", DOT, run)


@tells("note")
def told(request: HttpRequest, customer_id: int, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The notes, for the timeline; long ones shortened, masked by role."""
    found = Note.objects.filter(customer_id=customer_id, deleted_at=None).select_related("author")
    if before is not None:
        found = found.filter(created_at__lt=before)
    newest = list(found.order_by("-created_at", "-pk")[:limit])
    if len(newest) == limit:
        same = found.filter(created_at=newest[-1].created_at).exclude(pk__in=[note.pk for note in newest])
        newest += list(same.order_by("-pk"))
    whole = sees_personal_data(request.user)
    return [_entry(note, whole) for note in newest]


def _entry(note: Note, whole: bool) -> Entry:
    text = note.text if whole else masked(note.text)
    short = text if len(text) <= TOLD else f"{text[:TOLD].rstrip()}…"
    title = _("Note: %(kind)s") % {"kind": note.get_kind_display()}
    return Entry(note.created_at, "note", "notebook-pen", title, short, str(note.author or ""))
