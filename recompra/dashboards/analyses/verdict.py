"""What a backtest of the cuts means, in words that a shop owner can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from recompra.theme.formats import pct

SCORES = ("1", "2", "3", "4", "5")
FEW = 30
"""A share of fewer people says nothing: the normal approximation of its error does not hold."""
NAMES = {
    "recency": pgettext_lazy("subject", "Recency"),
    "frequency": pgettext_lazy("subject", "Frequency"),
    "monetary": pgettext_lazy("subject", "Value"),
}


def verdict(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence per score, from the rows of `rfm_backtest`."""
    found = {(row["measure"], row["score"]): row for row in rows}
    return [_judged(measure, found) for measure in NAMES]


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two shares of buyers differ by less than two standard errors of their difference."""
    together = (one["buyers"] + other["buyers"]) / (one["customers"] + other["customers"])
    error = sqrt(together * (1 - together) * (1 / one["customers"] + 1 / other["customers"]))
    return abs(_share(one) - _share(other)) <= 2 * error


def _judged(measure: str, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
    known = [found[measure, score] for score in SCORES if (measure, score) in found]
    enough = [row for row in known if row["customers"] >= FEW]
    name = {"name": str(NAMES[measure])}
    if len(enough) < 2:
        return _("%(name)s: too few people to tell yet.") % name
    wrong = [pair for pair in pairwise(enough) if not alike(*pair) and _share(pair[0]) > _share(pair[1])]
    same = [pair for pair in pairwise(enough) if alike(*pair)]
    if wrong:
        told = _("%(name)s misleads: %(less)s of score %(low)s came back, and %(more)s of score %(high)s.")
        return told % {**name, **_pair(*wrong[0])}
    if same:
        told = _("%(name)s does not part scores %(low)s and %(high)s: %(less)s and %(more)s came back.")
        return told % {**name, **_pair(*same[0])}
    told = _("%(name)s parts well: from score %(low)s to %(high)s, %(less)s to %(more)s came back.")
    return told % {**name, **_pair(enough[0], enough[-1])}


def _pair(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, str]:
    return {
        "low": low["score"],
        "high": high["score"],
        "less": pct(_share(low)),
        "more": pct(_share(high)),
    }


def _share(row: Mapping[str, Any]) -> float:
    return float(row["buyers"] / row["customers"])
