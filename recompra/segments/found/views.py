"""The list of people behind a rule or a figure: a page of its own, and a piece of any other page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import ExportRoll
from recompra.customers.roll import packed
from recompra.customers.scope import member
from recompra.customers.search import find
from recompra.privacy.permission import allowed
from recompra.segments import members
from recompra.segments.found import columns as list_columns
from recompra.segments.found.columns import COLUMNS, Column, Table
from recompra.segments.found.listing import OWN, SORTS, Page, page
from recompra.segments.found.question import Behind, Question, asked_by, behind, count
from recompra.theme.pages import render_page

LIST = {"pessoas": "segments/_found.html", "mais-pessoas": "segments/_found_rows.html"}
SORTED_BY = {"gasto": _("Biggest spend"), "recente": _("Latest purchase"), "nome": _("Name (A–Z)")}
MOST_WORDS = 254


@dataclass(frozen=True)
class Shown:
    """A line of the page: whom it opens, their name, and the other values with their columns. `chat`: the key
    of the product to write to them about; None where the list names none, or we may not write."""

    public_id: UUID
    title: str
    segment: str | None
    cells: list[tuple[Column, str]]
    chat: int | None = None


def listed(
    request: HttpRequest,
    question: Question,
    *,
    answer: Behind | None = None,
    many: int | None = None,
    typed: str = "",
    reveal: bool = False,
) -> dict[str, Any]:
    """The names for the template `segments/_found.html`, which shows the people behind a question to whoever
    asks. `answer`, `many`: what the caller found out already, to save asking twice. `typed`: a person looked
    for among them. What is shown without masks is noted in the access log.
    """
    user = member(request)
    stores = user.store_scope()
    answer = answer or behind(question, timezone.localdate(), stores)
    whole = reveal or sees_personal_data(user)
    table = Table(list_columns.beside(list_columns.of_user(user), answer.more), whole=whole)
    given = request.POST if request.method == "POST" else request.GET
    sort = given.get("ordem", "")
    usual = OWN if answer.by[0] else SORTS[0]
    is_known = sort in SORTS and (sort != OWN or usual == OWN)
    sort, after = sort if is_known else usual, given.get("apos", "")
    people = answer.people
    if typed:
        among = members.keys_among([row.public_id for row in find(typed, stores).rows], stores)
        people = people.filter(people.customer_key.isin(among)) if among else people.limit(0)
    facts = (*table.facts, "segment", *filter(None, [answer.chat]))
    found = page(people, facts, stores, sort=sort, after=after, by=answer.by[0])
    if many is None and not after:
        many = count(answer)
    if whole:
        _note(request, table, found, "reveal_list" if reveal else "view_list")
    token = question.token()
    following = {"grupo": token, "ordem": sort, "apos": found.after}
    return {
        "found_title": answer.title,
        "lines": _lines(user, table, found, answer.chat),
        "has_chat": bool(answer.chat),
        "headings": table.columns,
        "offered": [(column, column in table.columns) for column in COLUMNS.values()],
        "grupo": token,
        "sort": sort,
        "sorts": [*([(OWN, answer.by[1])] if answer.by[0] else []), *SORTED_BY.items()],
        "apos": after,
        "typed": typed,
        "many": many,
        "more": f"{reverse('segments:found')}?{urlencode(following)}" if found.after else "",
        "may_reveal": _may_reveal(user, table) and bool(found.lines),
        "revealed": reveal,
        "may_export": may(user, Capability.EXPORT),
    }


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """The people behind the question in the address."""
    return _show(request, asked_by(request.GET.get("grupo", "")))


@sensitive_post_parameters("busca")
@requires(Capability.SEE_CUSTOMERS)
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """One person among them, by POST: what was typed stays out of every address and log."""
    typed = request.POST.get("busca", "").strip()[:MOST_WORDS]
    return _show(request, asked_by(request.POST.get("grupo", "")), typed=typed)


@requires(Capability.REVEAL_PERSONAL_DATA)
@require_POST
def reveal(request: HttpRequest) -> HttpResponse:
    """The same people without masks, noted in the access log."""
    return _show(request, asked_by(request.POST.get("grupo", "")), reveal=True)


@requires(Capability.SEE_CUSTOMERS)
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keep which columns this colleague wants to see; then the list with them."""
    list_columns.keep(member(request), request.POST.getlist("coluna"))
    question = asked_by(request.POST.get("grupo", ""))
    if request.headers.get("HX-Request") == "true":
        return _show(request, question)
    return redirect(f"{reverse('segments:found')}?{urlencode({'grupo': question.token()})}")


def _show(request: HttpRequest, question: Question, **asked: Any) -> HttpResponse:
    return render_page(request, "segments/found.html", LIST, listed(request, question, **asked))


def _lines(user: User, table: Table, found: Page, chat: str) -> list[Shown]:
    """`chat`: the column with the key of the product to write about."""
    may_write = bool(chat) and may(user, Capability.CONTACT)
    ids = [who.customer_id for who, _row in found.lines] if may_write else []
    reached = allowed(ids, "contact", "whatsapp") if ids else set()
    return [
        Shown(
            who.public_id,
            who.title,
            row["segment"],
            table.told(who, row)[1:],
            row[chat] if who.customer_id in reached else None,
        )
        for who, row in found.lines
    ]


def _may_reveal(user: User, table: Table) -> bool:
    hidden = not table.whole and bool(list_columns.personal(table.columns))
    return hidden and may(user, Capability.REVEAL_PERSONAL_DATA)


def _note(request: HttpRequest, table: Table, found: Page, action: str) -> None:
    """Say in the access log whose data somebody has just seen without masks."""
    fields = list_columns.personal(table.columns)
    if not fields or not found.lines:
        return
    entry = audit.record(request, action, fields=fields, count=len(found.lines))
    ExportRoll.objects.create(entry=entry, people=packed(who.customer_id for who, _row in found.lines))
