"""The segments that a shop finds on its first day, in a folder of their own. The shop may change them like
any other: what is there is never written again, and what was put away stays away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from recompra.segments.fields import fields
from recompra.segments.models import Segment
from recompra.segments.rule.tree import VERSION
from recompra.theme.segments import SEGMENTS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FOLDER = _("Ready")


@dataclass(frozen=True)
class Ready:
    """One of them: conditions that must all hold, in the JSON of `rule.read`."""

    code: str
    name: StrPromise
    description: StrPromise
    conditions: tuple[dict[str, Any], ...]


def _is(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


_OWN = (
    Ready(
        "inactivating",
        _("Inactivating (120 to 179 days)"),
        _("No purchase for four to six months: write before they are gone."),
        (_is("recency_days", "between", [120, 179]),),
    ),
    Ready(
        "inactive",
        _("Inactive (180 days and more)"),
        _("No purchase for half a year: a reason to come back, with an incentive."),
        (_is("recency_days", "at_least", 180),),
    ),
    Ready(
        "no_purchase_360",
        _("No purchase for 360 days"),
        _("Ask what happened, with a strong offer; then let them rest."),
        (_is("recency_days", "at_least", 360),),
    ),
    Ready(
        "due",
        _("Due for repurchase"),
        _("Their usual interval has passed, and they are not inactive yet: remind them."),
        (_is("overdue_days", "at_least", 1), _is("recency_days", "at_most", 179)),
    ),
    Ready(
        "birthday_month",
        _("Birthday this month"),
        _("Congratulate them, with a small gift."),
        (_is("birth_day", "within", {"month": 0}),),
    ),
    Ready(
        "first_without_second",
        _("First purchase without a second"),
        _("They bought on one day only: an incentive for the second purchase."),
        (_is("purchase_days", "is", 1),),
    ),
    Ready(
        "nearly_loyal",
        _("Nearly loyal"),
        _("They came back once or twice and are still close: ask what would make them stay."),
        (_is("purchase_days", "between", [2, 3]), _is("recency_days", "at_most", 120)),
    ),
    Ready(
        "nearly_lost_champions",
        _("Champions nearly lost"),
        _("They bought much and often, and have been silent for long: call them in person."),
        (
            _is("recency_score", "at_most", 2),
            _is("frequency_score", "at_least", 4),
            _is("monetary_score", "at_least", 4),
        ),
    ),
    Ready(
        "subscribers",
        _("Newsletter subscribers"),
        _("They agreed to offers and news, and may be reached by e-mail."),
        (_is("is_subscriber", "yes"), _is("reach_email", "yes")),
    ),
    Ready(
        "engaged",
        _("Engaged: opened an e-mail in 3 months"),
        _("They read what you send: tell them first about what is new."),
        (_is("engagement.last_opened_on", "within", {"last_days": 90}),),
    ),
    Ready(
        "disengaged",
        _("Subscribers who stopped opening e-mails"),
        _("They were written to in the last 3 months and opened nothing: send less, or ask what they want."),
        (
            _is("is_subscriber", "yes"),
            _is("engagement.messages", "at_least", 1),
            _is("engagement.opens", "at_most", 0),
        ),
    ),
    Ready(
        "valuable_unreachable",
        _("High value without contact"),
        _("They spend much and left neither mobile nor e-mail: ask for them at the next visit."),
        (_is("monetary_score", "at_least", 4), _is("has_mobile", "no"), _is("has_email", "no")),
    ),
)


def ready() -> Iterator[Ready]:
    """Every one whose fields are there: the RFM segments with their strategies, then the others."""
    for code, one in SEGMENTS.items():
        yield Ready(f"rfm_{code}", one.label, one.strategy, (_is("segment", "one_of", [code]),))
    known = fields()
    for own in _OWN:
        if all(condition["field"] in known for condition in own.conditions):
            yield own


def make() -> int:
    """Make those that were never made, in the shop's language, and say how many they were."""
    made = set(Segment.objects.exclude(ready_code="").values_list("ready_code", flat=True))
    count = 0
    with translation.override(settings.LANGUAGE_CODE):
        for one in ready():
            if one.code not in made:
                count += _make(one)
    return count


def _make(one: Ready) -> bool:
    """False where the shop has a segment of that name in that folder already."""
    try:
        with transaction.atomic():
            Segment.objects.create(
                name=str(one.name),
                folder=str(FOLDER),
                description=str(one.description),
                rule={"version": VERSION, "match": "all", "rules": list(one.conditions)},
                ready_code=one.code,
            )
    except IntegrityError:
        return False
    return True
