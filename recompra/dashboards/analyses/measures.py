"""How good a model was, in words: what each measure of a record of `predictions` means and looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.theme.formats import NOTHING, brl, num, pct

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Measure:
    """`told`: a sentence with %(value)s and %(other)s, the value of the best simple rule; "" for a measure
    that stands in the table alone. `is_better_high` None: the nearer to `ideal`, the better."""

    title: StrPromise | str
    written: Callable[[Any], str]
    told: StrPromise | str = ""
    is_better_high: bool | None = True
    ideal: float = 1.0

    def beats(self, value: float, other: float) -> bool:
        """Whether the first one is better."""
        if self.is_better_high is None:
            return abs(value - self.ideal) < abs(other - self.ideal)
        return value > other if self.is_better_high else value < other


def _days(value: Any) -> str:
    return _("%(count)s days") % {"count": num(value, 1)}


def _three(value: Any) -> str:
    return num(value, 3)


def _two(value: Any) -> str:
    return num(value, 2)


def _of_a_hundred(value: Any) -> str:
    return num(value * 100)


_KNOWN: dict[str, Measure] = {
    "auc": Measure(
        gettext_lazy("Order (AUC)"), _three,
        gettext_lazy(
            "Of 100 pairs of a customer who was lost and one who stayed, it named the right one in "
            "%(value)s; the best simple rule in %(other)s."
        ),
    ),
    "brier": Measure(gettext_lazy("Squared error of the probability (Brier)"), _three, is_better_high=False),
    "log_loss": Measure(gettext_lazy("Surprise (log loss)"), _three, is_better_high=False),
    "ece": Measure(
        gettext_lazy("Distance between predicted and observed (ECE)"), _three, is_better_high=False
    ),
    "ece_floor": Measure(
        gettext_lazy("The same distance, if it were perfect"), _three, is_better_high=None, ideal=0
    ),
    "predicted_over_observed": Measure(
        gettext_lazy("Predicted for each one observed"), _two, is_better_high=None
    ),
    "slope": Measure(gettext_lazy("Slope of the calibration"), _two, is_better_high=None),
    "bias": Measure(
        gettext_lazy("Error of the total"), pct,
        gettext_lazy("It missed the total of everybody by %(value)s; the best simple rule by %(other)s."),
        is_better_high=None, ideal=0,
    ),
    "gini": Measure(gettext_lazy("Order of the customers (normalised Gini)"), _three),
    "spearman": Measure(gettext_lazy("Order of the customers (Spearman)"), _three),
    "coverage_80": Measure(
        gettext_lazy("Intervals that held what came (80 % promised)"), pct,
        gettext_lazy("What came lay within the 80 %% interval in %(value)s of the cases."),
        is_better_high=None, ideal=0.8,
    ),
    "within_7": Measure(
        gettext_lazy("Right within 7 days"), pct,
        gettext_lazy("It was right within 7 days in %(value)s of cases; the best simple rule in %(other)s."),
    ),
    "median_error": Measure(gettext_lazy("Median error"), _days, is_better_high=False),
}  # fmt: skip
_LIST: dict[str, Measure] = {
    "hit_10_": Measure(
        gettext_lazy("Right in ten"), pct,
        gettext_lazy(
            "%(list)s: of 100 customers who bought, %(value)s took something of the ten offered; of the best "
            "simple list, %(other)s."
        ),
    ),
    "recall_10_": Measure(gettext_lazy("Share of the basket in ten"), pct),
    "recall_20_": Measure(gettext_lazy("Share of the basket in twenty"), pct),
    "ndcg_10_": Measure(gettext_lazy("Order of the ten (NDCG)"), _three),
}  # fmt: skip
"""{what the name of a list's measure begins with: the measure}."""
LISTS: dict[str, StrPromise | str] = {
    "personal": gettext_lazy("Personal list"),
    "due": gettext_lazy("Due again"),
    "together": gettext_lazy("Bought together"),
    "next": gettext_lazy("Bought next"),
    "up_sell": gettext_lazy("A step above"),
    "cross_sell": gettext_lazy("Missing groups"),
    "popular": gettext_lazy("Most popular"),
    "satisfaction": gettext_lazy("Highest satisfaction"),
    "novelty": gettext_lazy("Featured novelties"),
}
_MISSED = gettext_lazy("It was wrong by %(value)s on the mean; the best simple rule by %(other)s.")
_HIT = gettext_lazy(
    "Of 100 customers, %(value)s bought something of the list; of the simple list, %(other)s."
)
_OWN: dict[tuple[str, str], Measure] = {
    ("rhythm", "mae"): Measure(gettext_lazy("Mean error"), _days, _MISSED, is_better_high=False),
    ("value", "mae"): Measure(gettext_lazy("Mean error per customer"), brl, _MISSED, is_better_high=False),
    ("btyd", "mae"): Measure(gettext_lazy("Mean error, purchases"), _two, _MISSED, is_better_high=False),
}
BASELINES: dict[str, StrPromise | str] = {
    "base_rate": gettext_lazy("The same for everybody"),
    "recency": gettext_lazy("Last purchase alone"),
    "btyd": gettext_lazy("Buy-till-you-die"),
    "behaviours": gettext_lazy("The five behaviours alone"),
    "mean": gettext_lazy("Mean interval"),
    "median": gettext_lazy("Median interval"),
    "daily_rate": gettext_lazy("Daily spend so far"),
    "bg_gg": gettext_lazy("BG/NBD with Gamma-Gamma"),
    "popular": gettext_lazy("Most popular"),
    "frequent": gettext_lazy("Bought most often before"),
    "all_time": gettext_lazy("Most popular of all time"),
    "raw_rate": gettext_lazy("Largest share of buyers who came back for it"),
}
FITTED = frozenset(("btyd", "behaviours", "bg_gg"))
"""Baselines that are models themselves: no shop would reckon like that by hand."""
MODELS: dict[str, StrPromise | str] = {
    "churn": gettext_lazy("Risk of loss"),
    "value": gettext_lazy("Predicted spend"),
    "rhythm": gettext_lazy("Next purchase"),
    "recommendations": gettext_lazy("Recommended products"),
    "btyd": gettext_lazy("Who still buys (buy-till-you-die)"),
}
WHAT: dict[str, StrPromise | str] = {
    "churn": gettext_lazy("The probability that an active customer buys nothing in the next days."),
    "value": gettext_lazy("How much each customer will spend in 3, 6 and 12 months."),
    "rhythm": gettext_lazy("When each customer is likely to buy again."),
    "recommendations": gettext_lazy("Which products each customer is likely to take next."),
    "btyd": gettext_lazy("How often each customer buys, and whether they still do: the others build on it."),
}
REASONS: dict[str, StrPromise | str] = {
    "not_enough_data": gettext_lazy("There is too little history yet: it needs more months of sales."),
    "no_products": gettext_lazy("The sales name no products: there is nothing to recommend."),
    "no_repeats": gettext_lazy("Nobody has come back to buy yet: there is no rhythm to learn."),
    "few": gettext_lazy("There are too few customers yet."),
    "short_history": gettext_lazy(
        "There is too little history to learn from past windows: buy-till-you-die answers instead."
    ),
    "model_not_better": gettext_lazy(
        "On the last window the own model was no better than simpler ones: buy-till-you-die answers instead."
    ),
    "not_better": gettext_lazy("On the shop's own past it was not better than a simple rule."),
}


def measure(model: str, name: str) -> Measure:
    """What is known of a measure; of one nobody described, its own name and a plain number."""
    for start, one in _LIST.items():
        if name.startswith(start):
            of = LISTS.get(name.removeprefix(start), name.removeprefix(start))
            told = str(one.told).replace("%(list)s", str(of))
            return replace(one, title=f"{of}: {one.title}", told=told)
    return _OWN.get((model, name)) or _KNOWN.get(name) or Measure(name, _three)


def baseline(name: str) -> str:
    """What a simple rule is called."""
    return str(BASELINES.get(name, name))


def in_order(names: Iterable[str]) -> list[str]:
    """Simple rules from the simplest on: a database may keep them in any order."""
    known = list(BASELINES)
    return sorted(set(names), key=lambda name: (known.index(name) if name in known else len(known), name))


def why(reason: str) -> str:
    """Why a model is hidden, or why another one answers; "" when all is well."""
    return str(REASONS.get(reason, reason)) if reason else ""


def sentence(model: str, found: Mapping[str, Any]) -> str:
    """One measure of a record in words, beside the best rule that needs no model; "" without words."""
    one, value = measure(model, found["name"]), found["value"]
    if not one.told or value is None:
        return ""
    written = _of_a_hundred if found["name"] == "auc" or found["name"].startswith("hit") else one.written
    best: float | None = None
    for name, other in found.get("baselines", {}).items():
        if name not in FITTED and other is not None and (best is None or one.beats(other, best)):
            best = other
    if best is None and "%(other)s" in one.told:
        return ""
    return one.told % {"value": written(value), "other": NOTHING if best is None else written(best)}
