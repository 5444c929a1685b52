"""*Próxima compra*: when it is likely, beside the mean interval that the page shows anyway."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import visible_customer
from recompra.predictions.cards.published import Published, models, published
from recompra.predictions.cards.words import why

BEFORE, WITHIN, AFTER = "before", "within", "after"


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def moment_lines(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the card *O momento certo* says of the days to come."""
    customer = visible_customer(request, public_id)
    own, record = published(request, customer.pk), models(request).get("rhythm")
    context: dict[str, Any] = {
        "own": own,
        "record": record,
        "place": place(own, timezone.localdate()) if own else "",
        "why": why(record.reason) if record else "",
    }
    return render(request, "predictions/_moment.html", context)


def place(own: Published, today: dt.date) -> str:
    """Where a day stands to the predicted window; "" without one."""
    since, until = own.day("next_from"), own.day("next_until")
    if since is None or until is None:
        return ""
    return BEFORE if today < since else AFTER if today > until else WITHIN
