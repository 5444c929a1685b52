"""*Por que esta pessoa está aqui?* Of a draft or a saved segment: one person, or who is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from recompra.accounts.models import User
from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member, visible_customer
from recompra.customers.search import find
from recompra.segments import members
from recompra.segments.builder import draft, words
from recompra.segments.builder.conditions import understand
from recompra.segments.models import Segment
from recompra.segments.rule.read import read
from recompra.segments.rule.sentence import sentence
from recompra.segments.rule.tree import Group, Match, Rule
from recompra.segments.rule.why import Why, why
from recompra.theme.pages import render_page

FRAGMENTS = {"por-que": "segments/_why.html"}
DRAFT = "rascunho-"
NEW = "novo"
MOST = 12


@dataclass(frozen=True)
class Step:
    """One condition of the explanation, `depth` groups deep. `said`: the condition; `told`: what is known of
    the person."""

    depth: int
    holds: bool
    said: str
    told: str
    is_group: bool


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def of_person(request: HttpRequest, rule: str, public_id: UUID) -> HttpResponse:
    """Each condition's truth for one person, with the values and days behind it."""
    user = member(request)
    customer = visible_customer(request, public_id)
    asked, title = _rule(rule, user)
    key = members.key_at(public_id, user.store_scope())
    found = why(asked, key, timezone.localdate(), user.store_scope()) if key else None
    context = {
        "customer": customer,
        "of": rule,
        "title": title,
        "found": found,
        "steps": list(steps(found)) if found else [],
        "sentence": sentence(asked),
    }
    return render_page(request, "segments/why.html", FRAGMENTS, context)


@sensitive_post_parameters("busca")
@requires(Capability.SEE_CUSTOMERS)
def looked_for(request: HttpRequest, rule: str) -> HttpResponse:
    """Whom to explain: looked for by POST, so that what was typed stays out of every address and log."""
    user = member(request)
    _asked, title = _rule(rule, user)
    typed = request.POST.get("busca", "").strip() if request.method == "POST" else ""
    rows = find(typed, user.store_scope()).rows[:MOST] if typed else []
    context = {"of": rule, "title": title, "typed": typed, "rows": rows}
    return render_page(request, "segments/why_search.html", {"por-que": "segments/_why_search.html"}, context)


def _rule(of: str, user: User) -> tuple[Rule, str]:
    """The rule that an address names, and what it is called: "novo", a segment, or the draft of one. Raises
    Http404."""
    if of == NEW or of.startswith(DRAFT):
        segment = _segment(of.removeprefix(DRAFT)) if of != NEW else None
        now = draft.read(draft.opened(user, segment).content)
        return understand(now.tree).rule, now.name
    segment = _segment(of)
    return read(segment.rule), segment.name


def _segment(text: str) -> Segment:
    try:
        return get_object_or_404(Segment, public_id=UUID(text))
    except ValueError:
        raise Http404 from None


def steps(found: Why, depth: int = 0) -> Iterator[Step]:
    """The explanation line by line."""
    for part in found.parts:
        if isinstance(part.node, Group):
            yield Step(depth, part.holds, str(words.MATCHES[part.node.match]), "", True)
            yield from steps(part, depth + 1)
        else:
            yield Step(depth, part.holds, sentence(Group(Match.ALL, (part.node,))), part.told, False)
