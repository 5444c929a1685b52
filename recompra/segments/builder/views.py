"""The builder: one page and its fragments, at one address per segment. Every change keeps the draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recompra.accounts.models import Store, User
from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member
from recompra.segments.builder import acts, draft, words
from recompra.segments.builder.conditions import Understood, understand
from recompra.segments.builder.draft import Draft
from recompra.segments.builder.figures import counted, sample
from recompra.segments.builder.nodes import find
from recompra.segments.builder.pieces import Offered
from recompra.segments.builder.posted import posted
from recompra.segments.builder.save import Outdated, SegmentForm, changed_meanwhile, mistakes, save
from recompra.segments.builder.shown import offered_fields, shown
from recompra.segments.builder.suggest import attributes, suggestions
from recompra.segments.models import Segment, SegmentDraft
from recompra.segments.rule.read import read
from recompra.segments.rule.sentence import sentence
from recompra.theme.charts import meter
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.refused import Refused

PAGE = "segments/builder.html"
FRAGMENTS = {"regra": "segments/_rule.html", "resultado": "segments/_changed.html"}
KEEPING = ("save", "save_over", "save_copy")


@requires(Capability.SEGMENT)
def new(request: HttpRequest) -> HttpResponse:
    """A segment that is not saved yet."""
    return _built(request, None)


@requires(Capability.SEGMENT)
def edit(request: HttpRequest, segment: UUID) -> HttpResponse:
    """A saved segment."""
    found = get_object_or_404(
        Segment.objects.select_related("updated_by"), public_id=segment, archived_at=None
    )
    return _built(request, found)


def _built(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    row = draft.opened(member(request), segment, anew=request.method != "POST")
    if request.method == "POST":
        return _changed(request, row)
    if segment is not None:
        draft.begin(row)
    choosing = request.GET.get("em", "")
    return render_page(request, PAGE, FRAGMENTS, _context(request, row, choosing=choosing))


def _changed(request: HttpRequest, row: SegmentDraft) -> HttpResponse:
    """What a change or a button of the form does."""
    given = request.POST
    name, folder, description = (
        given.get(one, "").replace("\0", "") for one in ("nome", "pasta", "descricao")
    )
    now = Draft(name, folder, description, posted(given))
    asked = given.get("act", "")
    if asked == "discard":
        return _discarded(request, row)
    if asked == "undo" and row.before:
        now.tree = draft.read(row.before).tree
    before = row.content if asked.startswith(("remove:", "drop:")) else None
    said, focus = "", acts.act(now.tree, asked)
    if focus and asked.startswith(("remove:", "drop:")):
        said = _("Taken away.")
    elif focus and not asked.startswith("add:"):
        said = _("Moved.") if not asked.startswith("copy:") else _("Copied.")
    draft.keep(row, now, before if focus else None)
    if asked in KEEPING:
        return _saved(request, row, now, asked)
    choosing = asked.removeprefix("choose:") if asked.startswith("choose:") else ""
    if asked == "refresh" and given.get("q", "").strip():  # Enter in the search of the fields
        choosing = given.get("em", "")
    if not fragment_wanted(request):
        return redirect(_address(row, choosing, focus))
    moved_focus = focus if asked.startswith(("add:", "remove:")) else 0
    context = _context(request, row, choosing=choosing, focus=moved_focus) | {
        "said": said,
        "begun": asked.startswith("add:"),
        "is_fragment": True,
    }
    return _fragment(request, context)


def _fragment(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The whole rule, only its figures, or one condition of which an input changed its look."""
    wanted = fragment_wanted(request)
    if wanted.startswith("n") and wanted[1:].isdecimal():
        one = next((each for each in context["rule"].walk() if each.id == int(wanted[1:])), None)
        if one is None:
            raise Refused(_("This form cannot be read: reload the page."))
        return render(request, "segments/_condition_changed.html", context | {"node": one})
    return render_page(request, PAGE, FRAGMENTS, context)


def _address(row: SegmentDraft, choosing: str, focus: int) -> str:
    """Where the page goes on without a script: at what was touched."""
    if choosing:
        return f"{address(row.segment)}?em={choosing}#escolher"
    return address(row.segment) + (f"#n{focus}" if focus else "")


def address(segment: Segment | None) -> str:
    return reverse("segments:edit", args=[segment.public_id]) if segment else reverse("segments:new")


def _discarded(request: HttpRequest, row: SegmentDraft) -> HttpResponse:
    draft.discard(member(request), row.segment)
    messages.success(request, _("What was not saved is gone."))
    return _go(request, _after(row.segment))


def _after(segment: Segment | None) -> str:
    return reverse("segments:segment", args=[segment.public_id]) if segment else reverse("segments:list")


def _go(request: HttpRequest, to: str) -> HttpResponse:
    """To another page, by whatever asked."""
    if fragment_wanted(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def _saved(request: HttpRequest, row: SegmentDraft, now: Draft, asked: str) -> HttpResponse:
    user = member(request)
    if asked == "save_copy":
        discarded, row = row, SegmentDraft(owner=user, content=now.content())
    form = mistakes(now, row.segment)
    if not form.is_valid() or not understand(now.tree).is_whole:
        return _not_saved(request, row, form)
    try:
        segment = save(row, form, user, over=asked == "save_over")
    except Outdated as outdated:
        row.segment = outdated.segment
        return _not_saved(request, row, form, outdated=outdated.segment)
    if asked == "save_copy":
        draft.discard(user, discarded.segment)
    messages.success(request, _("Saved. Its people are being looked up."))
    return _go(request, _after(segment))


def _not_saved(
    request: HttpRequest, row: SegmentDraft, form: SegmentForm, outdated: Segment | None = None
) -> HttpResponse:
    wanted = fragment_wanted(request)
    context = _context(request, row, form=form) | {
        "outdated": outdated,
        "theirs": _told(outdated.rule) if outdated else "",
        "is_refused": True,
        "is_fragment": bool(wanted),
    }
    template = "segments/_rule.html" if wanted else PAGE
    return render(request, template, context, status=422)


def _told(rule: object) -> str:
    try:
        return sentence(read(rule))
    except Refused as refused:
        return refused.sentence


def _context(
    request: HttpRequest,
    row: SegmentDraft,
    *,
    choosing: str = "",
    focus: int = 0,
    form: SegmentForm | None = None,
) -> dict[str, Any]:
    user = member(request)
    now = draft.read(row.content)
    understood = understand(now.tree)
    group = find(now.tree, int(choosing)) if choosing.isdecimal() and len(choosing) < 7 else None
    return {
        "row": row,
        "draft": now,
        "form": form or SegmentForm.of(now),
        "checked": form is not None,
        "rule": shown(now.tree, understood, offered(user)),
        "understood": understood,
        "matches": words.MATCHES.items(),
        "choosing": group.id if group and group.kind == "group" else 0,
        "headings": offered_fields(request.GET.get("q", "") or request.POST.get("q", "")) if group else [],
        "focus": focus,
        "segment": row.segment,
        "here": address(row.segment),
        "of": f"rascunho-{row.segment.public_id}" if row.segment else "novo",
        "folders": folders(),
        "changed": changed_meanwhile(row),
        **result(understood, user),
    }


def result(understood: Understood, user: User) -> dict[str, Any]:
    """The figures, the sentence and the people for example, as this person may see them."""
    scope = user.store_scope()
    try:
        now = counted(understood.rule, scope)
        return {
            "count": now,
            "share_meter": meter(now.share, _("Share of all customers")),
            "sentence": sentence(understood.rule),
            "sample": sample(understood.rule, scope),
        }
    except Refused as refused:
        return {"failed": refused.sentence}


def offered(user: User) -> Offered:
    """The stores that this person may see, and what the shop tells of its products."""
    scope = user.store_scope()
    stores = Store.objects.all() if scope is None else Store.objects.filter(pk__in=scope)
    return Offered([(str(store.pk), store.name) for store in stores], attributes())


def folders() -> list[str]:
    found = Segment.objects.filter(archived_at=None).exclude(folder="")
    return list(found.order_by("folder").values_list("folder", flat=True).distinct())


@requires(Capability.SEGMENT)
@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """What may be added to a group, by what was typed."""
    group = request.GET.get("em", "")
    context = {
        "choosing": int(group) if group.isdecimal() and len(group) < 7 else 1,
        "headings": offered_fields(request.GET.get("q", "")),
    }
    return render(request, "segments/_choices.html", context)


@requires(Capability.SEGMENT)
@require_GET
def suggested(request: HttpRequest) -> HttpResponse:
    """The words of the facts that hold what was typed, as the options of a list."""
    asked = request.GET.get("de", "")[:140].replace("\0", "")
    typed = next((str(value)[:120] for name, value in request.GET.items() if name != "de"), "")
    found = suggestions(asked, typed.replace("\0", ""), member(request).store_scope())
    return render(request, "segments/_suggested.html", {"found": found})
