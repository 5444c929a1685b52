"""The cuts in words: what each score takes, and how many people have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recompra.analytics.rfm import Cuts
from recompra.theme.formats import brl, num

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Rung:
    """One score of one dimension: what it takes, how many people have it, and their share of all."""

    score: int
    words: str
    customers: int
    share: float


@dataclass(frozen=True)
class Ladder:
    """A dimension with its five scores, 5 first."""

    title: StrPromise
    question: StrPromise
    rungs: tuple[Rung, ...]


def ladders(cuts: Cuts, totals: Iterable[dict[str, Any]]) -> tuple[Ladder, Ladder, Ladder]:
    """`totals` are the rows of `analytics.segment_totals`."""
    people: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in totals:
        for dimension in ("recency", "frequency", "monetary"):
            people[dimension][row[f"{dimension}_score"]] += row["customers"]
    return (
        _ladder(
            gettext_lazy("Recency"), gettext_lazy("How long ago was the last purchase?"),
            people["recency"], lambda score: recency_words(cuts, score),
        ),
        _ladder(
            gettext_lazy("Frequency"), gettext_lazy("On how many days did they buy?"),
            people["frequency"], lambda score: frequency_words(cuts, score),
        ),
        _ladder(
            gettext_lazy("Value"), gettext_lazy("How much did they spend, returns taken off?"),
            people["monetary"], lambda score: monetary_words(cuts, score),
        ),
    )  # fmt: skip


def _ladder(
    title: StrPromise, question: StrPromise, people: dict[int, int], words: Callable[[int], str]
) -> Ladder:
    everybody = sum(people.values()) or 1
    rungs = (
        Rung(score, words(score), people.get(score, 0), people.get(score, 0) / everybody)
        for score in range(5, 0, -1)
    )
    return Ladder(title, question, tuple(rungs))


def recency_words(cuts: Cuts, score: int) -> str:
    """As "de 13 a 40 dias": edges fall, and each is the last day that still has the score."""
    last = cuts.recency[score - 2] if score > 1 else None
    first = cuts.recency[score - 1] + 1 if score < 5 else 0
    if last is None:
        return _("more than %(days)s days ago") % {"days": num(first - 1)}
    if last < first:
        return _("nobody")
    if first == 0:
        return ngettext("up to %(n)s day ago", "up to %(n)s days ago", last) % {"n": num(last)}
    if first == last:
        return ngettext("%(n)s day ago", "%(n)s days ago", last) % {"n": num(last)}
    return _("%(first)s to %(last)s days ago") % {"first": num(first), "last": num(last)}


def frequency_words(cuts: Cuts, score: int) -> str:
    """As "3 a 4 dias de compra": edges rise, and each is the first count that has the score."""
    first = cuts.frequency[score - 2] if score > 1 else None
    last = cuts.frequency[score - 1] - 1 if score < 5 else None
    if last is None:
        return _("%(n)s purchase days or more") % {"n": num(first)}
    if first is None:
        return ngettext("up to %(n)s purchase day", "up to %(n)s purchase days", last) % {"n": num(last)}
    if last < first:
        return _("nobody")
    if first == last:
        return ngettext("%(n)s purchase day", "%(n)s purchase days", last) % {"n": num(last)}
    return _("%(first)s to %(last)s purchase days") % {"first": num(first), "last": num(last)}


def monetary_words(cuts: Cuts, score: int) -> str:
    """As "de R$ 540,00 a R$ 979,99": edges rise, and each is the first amount that has the score."""
    first = cuts.monetary[score - 2] if score > 1 else None
    last = cuts.monetary[score - 1] - CENT if score < 5 else None
    if last is None:
        return _("%(amount)s or more") % {"amount": brl(first)}
    if first is None:
        return _("up to %(amount)s") % {"amount": brl(last)}
    if last < first:
        return _("nobody")
    return _("%(first)s to %(last)s") % {"first": brl(first), "last": brl(last)}
