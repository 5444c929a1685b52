"""Recency, frequency and value of one customer in words: the figure, its cut, and beside whom it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recompra.analytics.rfm import Cuts
from recompra.theme.formats import brl, days, num, pct


@dataclass(frozen=True)
class Line:
    """One score: `label` such as "Recency", `score` 1 to 5, `fact` what the customer did, `cut` what that
    score asks for, `beside` how that compares with all customers ("" when nobody knows)."""

    label: str
    score: int
    fact: str
    cut: str
    beside: str = ""


@dataclass(frozen=True)
class Shares:
    """How many customers have each recency score: {score: customers}."""

    recency: Mapping[int, int]

    def at_least(self, score: int) -> Decimal | None:
        return self._share(number for mark, number in self.recency.items() if mark >= score)

    def at_most(self, score: int) -> Decimal | None:
        return self._share(number for mark, number in self.recency.items() if mark <= score)

    def _share(self, numbers: Any) -> Decimal | None:
        total = sum(self.recency.values())
        return Decimal(sum(numbers)) / total if total else None


def explain(scored: Mapping[str, Any], cuts: Cuts | None, shares: Shares) -> list[Line]:
    """Three lines from a row of the warehouse's `scores` and the cuts it was scored with."""
    recency, frequency, monetary = (
        int(scored[f"{measure}_score"]) for measure in ("recency", "frequency", "monetary")
    )
    return [
        Line(
            _("Recency"), recency, _bought_ago(scored["recency_days"]),
            _days_of(recency, cuts) if cuts else "", _beside(recency, shares),
        ),
        Line(
            _("Frequency"), frequency, _purchase_days(scored["frequency"]),
            _times_of(frequency, cuts) if cuts else "",
        ),
        Line(_("Value"), monetary, brl(scored["monetary"]), _money_of(monetary, cuts) if cuts else ""),
    ]  # fmt: skip


def _bought_ago(gone: int) -> str:
    if gone == 0:
        return _("bought today")
    return ngettext("bought %(days)s day ago", "bought %(days)s days ago", gone) % {"days": num(gone)}


def _purchase_days(count: int) -> str:
    return ngettext("%(days)s purchase day", "%(days)s purchase days", count) % {"days": num(count)}


def _beside(score: int, shares: Shares) -> str:
    """Good scores are told from the top, bad ones from the bottom, with the true share of this base."""
    if score >= 3:
        share = shares.at_least(score)
        return _("among the %(share)s most recent") % {"share": pct(share, 0)} if share else ""
    share = shares.at_most(score)
    return _("among the %(share)s longest without buying") % {"share": pct(share, 0)} if share else ""


def _days_of(score: int, cuts: Cuts) -> str:
    edges = cuts.recency  # falling: score 5 at edges[3] or fewer
    if score == 5:
        return _("up to %(most)s days") % {"most": num(edges[3])}
    if score == 1:
        return _("more than %(least)s days") % {"least": num(edges[0])}
    least, most = edges[score - 1] + 1, edges[score - 2]
    if least == most:
        return days(most)
    return _("from %(least)s to %(most)s days") % {"least": num(least), "most": num(most)}


def _times_of(score: int, cuts: Cuts) -> str:
    edges = cuts.frequency
    if score == 5:
        return _("%(least)s purchase days or more") % {"least": num(edges[3])}
    least, most = (0 if score == 1 else edges[score - 2]), edges[score - 1] - 1
    if score == 1:
        return ngettext("up to %(most)s purchase day", "up to %(most)s purchase days", most) % {
            "most": num(most)
        }
    if least == most:
        return _purchase_days(most)
    return _("from %(least)s to %(most)s purchase days") % {"least": num(least), "most": num(most)}


def _money_of(score: int, cuts: Cuts) -> str:
    edges = cuts.monetary
    if score == 5:
        return _("%(least)s or more") % {"least": brl(edges[3])}
    if score == 1:
        return _("less than %(most)s") % {"most": brl(edges[0])}
    return _("between %(least)s and %(most)s") % {
        "least": brl(edges[score - 2]),
        "most": brl(edges[score - 1]),
    }
