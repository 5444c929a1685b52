"""*Risco de perda*: the probability of no purchase in the horizon, and what speaks for it and against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.models import Customer
from recompra.customers.scope import visible_customer
from recompra.customers.xray.purchases import purchases_of
from recompra.predictions.cards.habits import Habits, habits
from recompra.predictions.cards.published import Published, models, published
from recompra.predictions.cards.words import BEHAVIOURS, fallback, sentence, why
from recompra.predictions.models import ModelRecord
from recompra.theme.charts import gauge, push
from recompra.theme.charts.gauge import level

LEAST = 0.05
"""A term of the logit smaller than this moves a risk by one point in a hundred at most: it weighs nothing."""


@dataclass(frozen=True)
class Term:
    """One behaviour: `told` with the person's figures, `effect` in words, `bar` as a picture."""

    label: str
    told: str
    effect: str
    bar: SafeString | str


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def risk_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The card of one customer."""
    customer = visible_customer(request, public_id)
    own, record = published(request, customer.pk), models(request).get("churn")
    context: dict[str, Any] = {"customer": customer, "own": own, "record": record}
    if own is not None and record is not None:
        context |= _told(request, customer, own, record)
    return render(request, "predictions/_risk.html", context)


def _told(request: HttpRequest, customer: Customer, own: Published, record: ModelRecord) -> dict[str, Any]:
    bought = purchases_of(request, customer.pk)
    did = habits(bought.orders, bought.lines, timezone.localdate())
    told: dict[str, Any] = {"habits": did, "why": why(record.reason)}
    if did is not None and not own.is_active:
        told["inactive_days"] = max(0, did.recency_days - record.active_days)
    risk = own.number("churn_risk")
    if risk is None or did is None:
        return told
    return told | {
        "gauge": gauge(_("Risk of loss"), risk, WORDS[level(risk)]()),
        "terms": terms(own, did),
        "kept": kept(record, risk),
        "fallback": fallback(record.reason) if own.row["churn_source"] == "btyd" else "",
    }


def terms(own: Published, did: Habits) -> list[Term]:
    """The five in their order; without bars where the risk is not made of them."""
    values = {code: own.number(f"churn_{code}") for code in BEHAVIOURS}
    known = [abs(value) for value in values.values() if value is not None]
    largest = max(known, default=0.0)
    return [
        Term(
            str(label),
            sentence(code, did),
            _effect(values[code]),
            _bar(values[code], largest, f"{label}: {_effect(values[code])}"),
        )
        for code, label in BEHAVIOURS.items()
    ]


def _bar(value: float | None, largest: float, label: str) -> SafeString | str:
    return "" if value is None else push(value, largest, label)


def _effect(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) < LEAST:
        return _("hardly weighs")
    return _("raises the risk") if value > 0 else _("lowers the risk")


def kept(record: ModelRecord, risk: float) -> dict[str, int] | None:
    """Of a hundred with about this risk in the last complete window, how many did not come back."""
    bins = (record.accuracy or {}).get("bins") or []
    if not bins:
        return None
    near = min(bins, key=lambda one: (abs(one["predicted"] - risk), one["predicted"]))
    return {"of_hundred": round(100 * near["observed"]), "customers": near["customers"]}


WORDS = {
    "low": lambda: _("low risk"),
    "mid": lambda: _("medium risk"),
    "high": lambda: _("high risk"),
}
