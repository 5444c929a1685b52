"""*Valor*: what the customer spent, to the cent, beside what is likely to come."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import visible_customer
from recompra.predictions.cards.published import Published, models, published
from recompra.predictions.cards.words import missed, why

SPANS = {90: _("3 months"), 180: _("6 months"), 365: _("12 months")}


@dataclass(frozen=True)
class Spend:
    """Predicted net spend of the next months, R$: four of five customers end between `low` and `high`."""

    span: str
    spend: Decimal
    low: Decimal | None
    high: Decimal | None


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def value_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The card of one customer."""
    customer = visible_customer(request, public_id)
    own, record = published(request, customer.pk), models(request).get("value")
    context: dict[str, Any] = {
        "customer": customer,
        "standing": getattr(customer, "standing", None),
        "own": own,
        "record": record,
        "spends": spends(own) if own else [],
        "missed": missed(record.accuracy) if record else "",
        "why": why(record.reason) if record else "",
    }
    return render(request, "predictions/_value.html", context)


def spends(own: Published) -> list[Spend]:
    """Empty where no forecast is shown."""
    found = ((str(span), own.money(f"spend_{days}"), days) for days, span in SPANS.items())
    return [
        Spend(span, spend, own.money(f"spend_{days}_low"), own.money(f"spend_{days}_high"))
        for span, spend, days in found
        if spend is not None
    ]
