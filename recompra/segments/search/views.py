"""The page Pesquisa: its state is its address, which holds filter values and no person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.scope import member
from recompra.segments.builder import draft
from recompra.segments.builder.figures import counted
from recompra.segments.builder.save import SegmentForm
from recompra.segments.found.question import of_rule
from recompra.segments.found.views import listed
from recompra.segments.models import Segment
from recompra.segments.rule.sentence import sentence
from recompra.segments.rule.write import as_json
from recompra.segments.search.form import SearchForm
from recompra.theme.pages import render_page

FRAGMENTS = {"encontrados": "segments/_search_answer.html"}


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The ready conditions, and who fits them."""
    form = SearchForm(request.GET, member(request))
    return _show(request, form)


@requires(Capability.SEGMENT)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the address asks as a segment with this name."""
    user = member(request)
    form = SearchForm(request.GET, user)
    named = SegmentForm(request.POST, auto_id="segmento_%s")
    if not form.is_valid():
        return _show(request, form, named=named)
    if not named.is_valid() or (made := _made(named, form, user)) is None:
        return _show(request, form, named=named)
    messages.success(request, _("Saved. Its people are being looked up."))
    return redirect("segments:segment", made.public_id)


@requires(Capability.SEGMENT)
@require_POST
def build(request: HttpRequest) -> HttpResponse:
    """Go on with these conditions in the builder."""
    form = SearchForm(request.GET, member(request))
    if not form.is_valid():
        return _show(request, form)
    draft.start(member(request), as_json(form.rule()))
    return redirect("segments:new")


def _made(named: SegmentForm, form: SearchForm, user: User) -> Segment | None:
    """The new segment, or None: the form says that the name is taken."""
    given = named.cleaned_data
    with transaction.atomic():
        held = Segment.objects.select_for_update().filter(
            archived_at=None, folder=given["pasta"], name=given["nome"]
        )
        if held.exists():
            named.add_error("nome", _("There is a segment of this name in the folder already."))
            return None
        return Segment.objects.create(
            name=given["nome"],
            folder=given["pasta"],
            description=given["descricao"],
            rule=as_json(form.rule()),
            created_by=user,
            updated_by=user,
        )


def _show(request: HttpRequest, form: SearchForm, *, named: SegmentForm | None = None) -> HttpResponse:
    """The page or its figures; with a mistake, what is right of the conditions is counted all the same."""
    user = member(request)
    is_wrong = not form.is_valid()
    rule = form.rule()
    count = counted(rule, user.store_scope())
    query = request.GET.urlencode()
    parts = list(form.parts())
    context: dict[str, Any] = {
        "form": form,
        "parts": parts,
        "errors": [(field, field.errors) for _part, shown, _is_set in parts for field in shown],
        "is_wrong": is_wrong,
        "count": count,
        "sentence": sentence(rule),
        "is_asking": bool(form.conditions),
        "query": query,
        "here": f"{reverse('segments:search')}?{query}",
        "named": named or SegmentForm(auto_id="segmento_%s"),
        "naming": named is not None,
        "may_save": may(user, Capability.SEGMENT),
        **listed(request, of_rule(rule), many=count.people),
    }
    status = 422 if is_wrong or named is not None else 200
    return render_page(request, "segments/search.html", FRAGMENTS, context, status=status)
