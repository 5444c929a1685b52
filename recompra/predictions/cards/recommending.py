"""What the tab *Produtos recomendados* has of the model: how fast habits fade, which list is hidden and why,
and, for who analyses, how often each list was right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.analytics.lists.expected import MEMORY
from recompra.analytics.lists.places import EVER
from recompra.customers.scope import visible_customer
from recompra.customers.xray.recommended.choice import Choice
from recompra.customers.xray.recommended.words import SORTS
from recompra.predictions.cards.published import models
from recompra.predictions.listing import LISTS
from recompra.predictions.models import ModelRecord
from recompra.predictions.products import NAME, NOT_BETTER
from recompra.theme.formats import num, pct

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TITLES: dict[str, StrPromise] = {sort.code: sort.title for sort in SORTS}
BASELINES: dict[str, StrPromise] = {
    "popular": gettext_lazy("the most popular for everybody"),
    "frequent": gettext_lazy("what each one took most often"),
    "all_time": gettext_lazy("the most popular of all time"),
    "raw_rate": gettext_lazy("the largest share of buyers who came back for it"),
}


@dataclass(frozen=True)
class Hit:
    """A list's share of customers with at least one of its ten products in their next basket; `against`: the
    same of the simple rules; `coverage`: how much of what is offered the list ever shows."""

    title: StrPromise
    share: float
    against: list[tuple[StrPromise | str, float]]
    coverage: float | None


def choice(request: HttpRequest) -> Choice:
    """What the model in force says of the lists."""
    record = models(request).get(NAME)
    if record is None:
        return Choice()
    hidden = {}
    if record.reason == NOT_BETTER:
        hidden["personal"] = _("On the shop's own past it was right less often than a simple rule.")
    is_ranked = bool(record.parameters.get("ranker"))
    return Choice(int(record.parameters.get("memory_days", MEMORY)), hidden, is_ranked)


@requires(Capability.SEE_PANEL)
@require_GET
def hits_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How often each list was right; the same beside every customer."""
    visible_customer(request, public_id)
    record = models(request).get(NAME)
    told = [told for told in (chosen(record), ranked(record)) if told]
    context = {"record": record, "hits": hits(record), "chosen": " ".join(told)}
    return render(request, "predictions/_hits.html", context)


def hits(record: ModelRecord | None) -> list[Hit]:
    """In the order in which the lists stand on the page; nothing where no window of the past is complete."""
    if record is None or not record.accuracy:
        return []
    measures = {one["name"]: one for one in record.accuracy["measures"]}
    lists: dict[str, dict[str, float]] = record.accuracy.get("lists", {})
    return [
        _hit(name, measures[f"hit_10_{name}"], lists.get(name, {}))
        for name in LISTS
        if f"hit_10_{name}" in measures
    ]


def chosen(record: ModelRecord | None) -> str:
    """What the shop's own past chose for the lists, in a sentence; "" where nothing is known of it."""
    known = record.parameters if record is not None else {}
    if "novelty_days" not in known:
        return ""
    told = {"days": num(known["popular_days"]), "new": num(known["novelty_days"])}
    ever = _(
        "The shop's own past chose: what most customers took in all %(days)s days is popular, and what came "
        "in the last %(new)s days is new."
    )
    lately = _(
        "The shop's own past chose: what most customers took in the last %(days)s days is popular, and what "
        "came in the last %(new)s days is new."
    )
    return (ever if known["popular_window"] == EVER else lately) % told


def ranked(record: ModelRecord | None) -> str:
    """Whether a ranker makes the personal list, and how it did beside the plain one; "" where none was
    learnt."""
    told = ((record.accuracy or {}) if record is not None else {}).get("ranker")
    if not told:
        return ""
    rates = {name: pct(told[name]["hit_10"], 1) for name in ("ranked", "plain")}
    used = _(
        "The personal list is put in order by a model that learnt from the shop's own past: later on it was "
        "right for %(ranked)s of the customers, the plain order for %(plain)s."
    )
    not_used = _(
        "A model that learnt the order of the personal list from the shop's own past was not clearly better "
        "later on (right for %(ranked)s of the customers, the plain order for %(plain)s), so that one stays."
    )
    return (used if told["is_used"] else not_used) % rates


def _hit(name: str, measure: dict[str, Any], told: dict[str, float]) -> Hit:
    against = [(BASELINES.get(of, of), value) for of, value in measure["baselines"].items()]
    return Hit(TITLES[name], measure["value"], against, told.get("coverage"))
