"""The frame around every tab of a customer: the list on the left, the person's header, the tabs, the content.

One address per tab, one request per tab: the whole page, the customer's article (`#raiox`) or only the tab
(`#aba`), as htmx asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.models import Store
from recompra.accounts.roles import Capability, may
from recompra.customers import listing
from recompra.customers.filters import Filters
from recompra.customers.models import Customer
from recompra.customers.once import all_stores, once
from recompra.customers.scope import member
from recompra.customers.totals import totals
from recompra.customers.xray.period import Period
from recompra.theme.pages import fragment_wanted, render_page
from recompra.theme.panels import customer_panels
from recompra.theme.segments import SEGMENTS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PAGE = "customers/page.html"
ARTICLE, TAB = "raiox", "aba"


@dataclass(frozen=True)
class Tab:
    """One tab: `url_name` takes the customer's public id."""

    code: str
    url_name: str
    title: StrPromise


TABS = (
    Tab("overview", "customers:detail", _("Overview")),
    Tab("contact", "customers:contact", _("Contact")),
    Tab("recommended", "customers:recommended", _("Recommended products")),
    Tab("most_bought", "customers:most_bought", _("Most bought")),
)


def render_tab(
    request: HttpRequest,
    customer: Customer,
    tab: str,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragments: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer a tab of a customer. `tab` is a code of TABS, `template` its content.

    `fragments`: {element id: template} of smaller pieces of this tab that htmx may ask for; they get the
    context alone, without header and tabs.
    """
    wanted = fragment_wanted(request)
    told: dict[str, Any] = {"customer": customer, "standing": getattr(customer, "standing", None)}
    told |= context or {}
    if wanted not in (fragments or {}):
        kept = carried(request)
        told |= {"tabs": _tabs(customer, tab, kept), "tab": tab, "tab_template": template, "query": kept}
        if wanted != TAB:
            told["actions"] = customer_panels(request, "action", customer.public_id)
            told["back"] = _read(request).query()
        if wanted not in (ARTICLE, TAB):
            told |= listed(request)
    pieces = {ARTICLE: "customers/_xray.html", TAB: "customers/_tab.html", **(fragments or {})}
    return render_page(request, PAGE, pieces, told, status=status)


def listed(request: HttpRequest) -> dict[str, Any]:
    """The list's part of the page, by the filters in the address."""
    user = member(request)
    scope = user.store_scope()
    filters = _read(request)
    rows, after = listing.page(filters, request.GET.get("apos"))
    return {
        "filters": filters,
        "rows": rows,
        "more": _joined(carried(request), f"apos={after}") if after else "",
        "list_query": carried(request),
        "export_query": filters.query(),
        "shown": totals(filters),
        "whole": totals(Filters(scope=scope)),
        "segments": SEGMENTS.values(),
        "stores": [(store.pk, store.name) for store in visible_stores(request)],
        "may_export": may(user, Capability.EXPORT),
        "may_import": may(user, Capability.IMPORT),
        "without_cell": filters.query(recency=None, frequency=None),
    }


def visible_stores(request: HttpRequest) -> list[Store]:
    """The stores this person may pick from."""
    scope = member(request).store_scope()
    return [store for store in all_stores(request).values() if scope is None or store.pk in scope]


def period_of(request: HttpRequest) -> Period:
    """The period and store that the figures are about, as the address asks."""
    return once(
        request,
        "period",
        lambda: Period.read(request.GET, timezone.localdate(), visible_stores(request)),
    )


def carried(request: HttpRequest, *, period: bool = True) -> str:
    """What of the address goes on to the next tab: the list's filters, and the period of the figures."""
    return _joined(_read(request).query(), period_of(request).query() if period else "")


def _read(request: HttpRequest) -> Filters:
    return once(request, "filters", lambda: Filters.read(request.GET, member(request).store_scope()))


def _tabs(customer: Customer, current: str, kept: str) -> list[tuple[str, StrPromise, bool]]:
    tail = f"?{kept}" if kept else ""
    return [
        (reverse(tab.url_name, args=[customer.public_id]) + tail, tab.title, tab.code == current)
        for tab in TABS
    ]


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)
