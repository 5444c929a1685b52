"""*Precisão*: how good each model was on the shop's own last complete window, beside simple rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.export import as_file
from recompra.dashboards.analyses import measures
from recompra.dashboards.analyses.catalog import tabs
from recompra.dashboards.analyses.measures import MODELS, WHAT, baseline, measure, sentence
from recompra.predictions import records
from recompra.predictions.cards.recommending import ranked
from recompra.predictions.models import ModelRecord
from recompra.theme.charts import Bar, Bin, bars, reliability
from recompra.theme.formats import NOTHING, brl, brlk, dshort, num, pct
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Kind

MONEY_BINS = ("value",)
"""Models whose bins are amounts per customer; those of the others are probabilities."""


@dataclass(frozen=True)
class Row:
    """A measure: the model's value, and those of the simple rules in the order of the card."""

    title: str
    value: str
    others: tuple[str, ...]
    is_best: bool


@dataclass(frozen=True)
class Accuracy:
    """A model's card. `why`: why it is hidden, or why another answers. `window`: over what it was checked."""

    record: ModelRecord
    title: str
    what: str
    why: str
    window: str
    sentences: tuple[str, ...]
    chart: SafeString | None
    chart_title: str
    baselines: tuple[str, ...]
    rows: tuple[Row, ...]


@requires(Capability.SEE_PANEL)
@require_GET
def accuracy(request: HttpRequest) -> HttpResponse:
    """A card per model in force."""
    context = {
        "tabs": tabs("accuracy"),
        "cards": [card(record) for record in in_order()],
        "may_export": may(request.user, Capability.EXPORT),
    }
    return render(request, "dashboards/analyses/accuracy.html", context)


@requires(Capability.EXPORT, Capability.SEE_PANEL)
@require_POST
def accuracy_file(request: HttpRequest) -> HttpResponseBase:
    """Every measure of every model in force, one per line. That it was taken is logged."""
    kind = request.POST.get("formato", "")
    if kind not in CONTENT_TYPES:
        raise Http404
    columns = (
        Column(_("Model"), width=28), Column(_("Version"), Kind.INTEGER), Column(_("Checked from"), Kind.DAY),
        Column(_("Checked until"), Kind.DAY), Column(_("Measure"), width=40), Column(_("Of"), width=28),
        Column(_("Value"), Kind.NUMBER), Column(_("Shown"), Kind.FLAG),
    )  # fmt: skip
    lines = list(_lines())
    audit.record(request, "export_analysis", count=len(lines), reason=_("Accuracy of the models"))
    return as_file("analise-precisao", kind, columns, iter(lines))


def in_order() -> list[ModelRecord]:
    """The records in force, in the order in which people read them."""
    found = records.in_force()
    known = [name for name in MODELS if name in found]
    return [found[name] for name in [*known, *sorted(set(found) - set(known))]]


def card(record: ModelRecord) -> Accuracy:
    """The card of a record, whatever it knows of itself."""
    told: Mapping[str, Any] = record.accuracy or {}
    found = [one for one in told.get("measures", ()) if one["value"] is not None]
    others = measures.in_order(name for one in found for name in one.get("baselines", {}))
    title, chart = _chart(record, told.get("bins") or ())
    return Accuracy(
        record=record,
        title=str(MODELS.get(record.name, record.name)),
        what=str(WHAT.get(record.name, "")),
        why=measures.why(record.reason),
        window=_window(told),
        sentences=tuple(
            filter(
                None,
                [*(sentence(record.name, one) for one in found), _ends(record.name, told), ranked(record)],
            )
        ),
        chart=chart,
        chart_title=title,
        baselines=tuple(baseline(name) for name in others),
        rows=tuple(_row(record.name, one, others) for one in found),
    )


def _window(told: Mapping[str, Any]) -> str:
    if not told.get("cut"):
        return ""
    words = _("Checked on %(people)s customers, from %(cut)s to %(until)s, as if those days were not known.")
    return words % {
        "people": num(told.get("customers")),
        "cut": dshort(parse_date(told["cut"])),
        "until": dshort(parse_date(told["until"])),
    }


def _ends(model: str, told: Mapping[str, Any]) -> str:
    """Of those of whom most was said and of whom least, what came: in counts that anybody can check."""
    bins: Sequence[Mapping[str, Any]] = told.get("bins") or ()
    if model in MONEY_BINS or len(bins) < 2:
        return ""
    low, high = bins[0], bins[-1]
    words = _(
        "Of 100 customers said to be most at risk (%(most)s), %(lost)s did not come back; of 100 said to be "
        "safest (%(least)s), %(left)s."
    )
    return words % {
        "most": pct(high["predicted"], 0),
        "lost": num(high["observed"] * 100),
        "least": pct(low["predicted"], 0),
        "left": num(low["observed"] * 100),
    }


def _row(model: str, found: Mapping[str, Any], others: Sequence[str]) -> Row:
    one, beside = measure(model, found["name"]), found.get("baselines", {})
    known = [beside[name] for name in others if beside.get(name) is not None]
    return Row(
        title=str(one.title),
        value=one.written(found["value"]),
        others=tuple(NOTHING if beside.get(name) is None else one.written(beside[name]) for name in others),
        is_best=bool(known) and not any(one.beats(other, found["value"]) for other in known),
    )


def _chart(record: ModelRecord, bins: Sequence[Mapping[str, Any]]) -> tuple[str, SafeString | None]:
    if not bins:
        return "", None
    if record.name in MONEY_BINS:
        title = _("Predicted spend per customer (light) and what came, by tenth of the customers")
        return title, bars(title, _("From those of whom least was expected."), _amounts(bins), axis=brlk)
    title = _("What was said (across) and what came (upwards)")
    words = _("Each dot is a group of customers; on the dashed line the probability was as good as its word.")
    return title, reliability(title, words, _dots(bins))


def _dots(bins: Sequence[Mapping[str, Any]]) -> list[Bin]:
    told = _("Said %(said)s: of %(people)s customers, %(came)s did not come back")
    return [
        Bin(
            one["predicted"], one["observed"], one["customers"],
            told % {
                "said": pct(one["predicted"]), "people": num(one["customers"]), "came": pct(one["observed"]),
            },
        )
        for one in bins
    ]  # fmt: skip


def _amounts(bins: Sequence[Mapping[str, Any]]) -> list[Bar]:
    told = _("Tenth %(n)s, %(people)s customers: %(said)s predicted, %(came)s came")
    return [
        Bar(
            str(place), one["observed"],
            told % {
                "n": place, "people": num(one["customers"]), "said": brl(one["predicted"]),
                "came": brl(one["observed"]),
            },
            one["predicted"],
        )
        for place, one in enumerate(bins, 1)
    ]  # fmt: skip


def _lines() -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for record in in_order():
        told: Mapping[str, Any] = record.accuracy or {}
        days = [parse_date(told[name]) if told.get(name) else None for name in ("cut", "until")]
        of = str(MODELS.get(record.name, record.name))
        for one in told.get("measures", ()):
            title = str(measure(record.name, one["name"]).title)
            values = {_("the model"): one["value"]}
            beside = one.get("baselines", {})
            values |= {baseline(name): beside[name] for name in measures.in_order(beside)}
            found += [
                (of, record.version, *days, title, whose, value, record.is_shown)
                for whose, value in values.items()
            ]
    return found
