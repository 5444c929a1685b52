"""The tab *Visão geral*: the customer in figures, in words, and in one timeline."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.models import Customer
from recompra.customers.once import store_name
from recompra.customers.scope import visible_customer
from recompra.customers.xray import timeline
from recompra.customers.xray.figures import Figures
from recompra.customers.xray.frame import carried, period_of, render_tab, visible_stores
from recompra.customers.xray.indicators import ON_TOP, span_told
from recompra.customers.xray.loyalty import memberships_of
from recompra.customers.xray.months import drawn, told
from recompra.customers.xray.period import CHOICES
from recompra.customers.xray.purchases import purchases_of
from recompra.customers.xray.remarketing import after_days, signal
from recompra.customers.xray.xray import xray
from recompra.theme import keyset
from recompra.theme.formats import pct
from recompra.theme.pages import fragment_wanted
from recompra.theme.panels import customer_panels
from recompra.theme.timeline import KINDS, kinds_told

TIMELINE = {"linha": "customers/_timeline.html", "antigos": "customers/_timeline_rows.html"}


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The overview of one customer, or another page of its timeline."""
    customer = visible_customer(request, public_id)
    told = _timeline(request, customer)
    if fragment_wanted(request) not in TIMELINE:
        told |= _figures(request, customer)
    return render_tab(request, customer, "overview", "customers/_overview.html", told, fragments=TIMELINE)


def _figures(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """What the facts and the other rooms tell of the customer."""
    today, standing = timezone.localdate(), getattr(customer, "standing", None)
    period = period_of(request)
    seen = xray(purchases_of(request, customer.pk), period)
    return {
        "xray": seen,
        "on_top": [each for each in seen.indicators if each.code in ON_TOP],
        "span": span_told(seen.figures),
        "chart": drawn(seen.months),
        "table": told(seen.months),
        "table_head": (_("Month"), _("Purchases"), _("A year before")),
        "preferred": _preferred(request, seen.figures),
        "last_store": store_name(request, seen.last.store) if seen.last else "",
        "signal": signal(standing.mean_interval_days, standing.last_on, today, after_days())
        if standing
        else None,
        "days_since": (today - standing.last_on).days if standing else None,
        "memberships": memberships_of(request, customer.pk),
        "cards": customer_panels(request, "card", customer.public_id),
        "panels": {
            place: customer_panels(request, place, customer.public_id) if standing else []
            for place in ("figures", "side", "moment")
        },
        **period_choice(request),
    }


def period_choice(request: HttpRequest) -> dict[str, Any]:
    """What the form that chooses period and store needs."""
    period = period_of(request)
    return {
        "period": period,
        "periods": CHOICES.items(),
        "period_stores": [(store.pk, store.name) for store in visible_stores(request)],
        "carried_filters": pairs(carried(request, period=False)),
    }


def pairs(query: str) -> list[list[str]]:
    """A query string of ours as hidden fields."""
    return [pair.split("=", 1) for pair in query.split("&") if pair]


def _preferred(request: HttpRequest, figures: Figures) -> str:
    """Store and channel of the period in words."""
    if figures.preferred_store is None:
        return ""
    store, days = figures.preferred_store
    online = figures.online_share or 0
    channel, share = (_("online"), online) if online * 2 > 1 else (_("in the store"), 1 - online)
    return _("%(store)s on %(days)s of %(all)s purchase days; %(share)s of the orders %(channel)s") % {
        "store": store_name(request, store) or "–",
        "days": days,
        "all": figures.purchase_days,
        "share": pct(share, 0),
        "channel": channel,
    }


def _timeline(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """A page of the timeline, as `?tipo=&antes=` ask."""
    kind = request.GET.get("tipo", "")
    kind = kind if kind in KINDS else ""
    cursor = keyset.decode(request.GET.get("antes"), dt.datetime)
    before = cursor[0] if cursor and isinstance(cursor[0], dt.datetime) and cursor[0].tzinfo else None
    page = timeline.page(request, customer.pk, before if isinstance(before, dt.datetime) else None, kind)
    kept = carried(request)
    older = ""
    if page.before:
        asked = {"tipo": kind, "antes": keyset.encode(page.before)}
        older = "&".join(part for part in (kept, urlencode({k: v for k, v in asked.items() if v})) if part)
    return {
        "entries": page.entries,
        "older": older,
        "kind": kind,
        "kinds": [(code, KINDS[code]) for code in kinds_told()],
        "kept": pairs(kept),
    }
