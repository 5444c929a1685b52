"""Notes of colleagues: written, looked for, edited, pinned, deleted and brought back; and who was called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import User, me
from recompra.accounts.roles import Capability, requires
from recompra.customers.contact.forms import NoteForm
from recompra.customers.contact.tab import done, show
from recompra.customers.models import Customer, Note
from recompra.customers.notes import list as note_list
from recompra.customers.notes import mentions
from recompra.customers.notes import write as notes
from recompra.customers.scope import member, visible_customer
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.refused import Refused


@sensitive_post_parameters("texto")
@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def add_note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    customer = visible_customer(request, public_id)
    form = NoteForm(_colleagues(customer, me(request)), request.POST)
    if not form.is_valid():
        return show(request, customer, {"note_form": form}, status=422)
    given = form.cleaned_data
    notes.write(customer, given["texto"], given["tipo"], by=me(request), called=form.called)
    return done(request, customer, "notas", _("Note kept."))


@sensitive_post_parameters("palavras")
@requires(Capability.SEE_CUSTOMERS)
def search_notes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Notes with these words: by POST, so that they stay out of every address and log."""
    customer = visible_customer(request, public_id)
    if request.method != "POST":
        return redirect("customers:contact", customer.public_id)
    words = request.POST.get("palavras", "")[:200].strip()
    found = note_list.told(request, customer, sees_personal_data(member(request)), words)
    return show(request, customer, found)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """One note alone, with how it read before."""
    customer, row = _note(request, public_id, pk, deleted=True)
    return _one(request, customer, row, {"with_versions": True})


@sensitive_post_parameters("texto")
@requires(Capability.EDIT_CUSTOMERS)
def edit_note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """GET shows the form in the place of the note, POST keeps it. Only who wrote it may."""
    customer, row = _note(request, public_id, pk)
    if not notes.may_change(me(request), row):
        raise Refused(_("Only who wrote a note can edit it."))
    initial = {"texto": row.text, "tipo": row.kind, "avisar": [m.user_id for m in row.mentions.all()]}
    form = NoteForm(
        _colleagues(customer, me(request)), request.POST or None, initial=initial, prefix=f"nota{pk}"
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        notes.edit(row, given["texto"], given["tipo"], by=me(request), called=form.called)
        return _after(request, customer, row, _("Note corrected; how it read before is kept."))
    return _one(request, customer, row, {"note_edit_form": form}, status=422 if form.errors else 200)


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def pin_note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Put it on top of the others, or back among them."""
    customer, row = _note(request, public_id, pk)
    notes.pin(row, not row.is_pinned)
    return done(request, customer, "notas")


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def delete_note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Take it off the page; what comes back offers to bring it back."""
    customer, row = _note(request, public_id, pk)
    if not notes.may_delete(me(request), row):
        raise Refused(_("Only who wrote a note, or who decides for the shop, can delete it."))
    notes.delete(row, by=me(request))
    return _after(request, customer, row, "")


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def bring_back_note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    customer, row = _note(request, public_id, pk, deleted=True)
    if not notes.may_delete(me(request), row):
        raise Refused(_("Only who wrote a note, or who decides for the shop, can bring it back."))
    notes.bring_back(row)
    return _after(request, customer, row, _("The note is back."))


def _after(request: HttpRequest, customer: Customer, row: Note, sentence: str) -> HttpResponse:
    if fragment_wanted(request):
        return _one(request, customer, row, {})
    return redirect("customers:note", customer.public_id, row.pk)


def _one(
    request: HttpRequest, customer: Customer, row: Note, told: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The note in its place, or alone on the tab."""
    user = member(request)
    whole = sees_personal_data(user)
    line = note_list.line(row, user, whole)
    versions = note_list.versions(row, user, whole) if told.get("with_versions") else []
    shown = {"note": line, "versions": versions, "notes": [line], "is_alone": True, "open_note": row.pk}
    fragments = {f"nota-{row.pk}": "customers/_note.html"}
    return show(request, customer, {**shown, **told, "fragments": fragments}, status=status)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def mentioned(request: HttpRequest) -> HttpResponse:
    """The notes that this person was called to: those not yet seen, or with `?todas=1` all of them."""
    user = member(request)
    everything = request.GET.get("todas") == "1"
    page = mentions.page(user, everything=everything, after=request.GET.get("apos", ""))
    lines = note_list.lines([one.note for one in page.mentions], user, sees_personal_data(user))
    context = {
        "calls": list(zip(page.mentions, lines, strict=True)),
        "after": page.after,
        "everything": everything,
        "unread": mentions.unread(user),
    }
    pieces = {"mencoes": "customers/_mentions.html", "mais-mencoes": "customers/_mention_rows.html"}
    return render_page(request, "customers/mentions.html", pieces, context)


@requires(Capability.SEE_CUSTOMERS)
@require_POST
def read_mention(request: HttpRequest) -> HttpResponse:
    """Note that one call was seen (`qual`), or all of them."""
    which = request.POST.get("qual", "")
    if which and not (which.isascii() and which.isdigit() and len(which) < 19):
        raise Http404
    mentions.read(member(request), int(which) if which else None)
    return redirect("customers:mentions")


def _colleagues(customer: Customer, user: User) -> list[User]:
    return [one for one in mentions.callable_for(customer) if one.pk != user.pk]


def _note(request: HttpRequest, public_id: UUID, pk: int, *, deleted: bool = False) -> tuple[Customer, Note]:
    """A note of this customer; one that was deleted only where it can be brought back."""
    customer = visible_customer(request, public_id)
    row = get_object_or_404(customer.notes.select_related("author", "deleted_by"), pk=pk)
    if row.deleted_at and not (deleted and notes.may_delete(member(request), row)):
        raise Http404
    return customer, row
