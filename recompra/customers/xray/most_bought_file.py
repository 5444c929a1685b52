"""What a customer buys most, as a file. It bears no name; that somebody took it away is in the access log."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, requires
from recompra.customers.export import as_file
from recompra.customers.scope import visible_customer
from recompra.customers.xray.frame import period_of
from recompra.customers.xray.most_bought import Asked, bought, grouped, ordered, told_of
from recompra.customers.xray.purchases import purchases_of
from recompra.theme.spreadsheet import Column, Kind

FORMATS = ("csv", "xlsx")


@requires(Capability.EXPORT)
@require_POST
def most_bought_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The table of the tab, whole, in the period, store and order that the address asks for."""
    customer = visible_customer(request, public_id)
    kind = request.POST.get("formato", "csv")
    if kind not in FORMATS:
        raise Http404
    rows = bought(purchases_of(request, customer.pk), period_of(request))
    choices = told_of(rows)
    asked = Asked.read(request, choices)
    lines = ordered(grouped(rows, asked.by), asked.sort)
    audit.record(request, "export_most_bought", customer_id=customer.pk, count=len(lines))
    columns = (
        Column(choices[asked.by], Kind.TEXT, 40),
        Column(_("Units"), Kind.QUANTITY),
        Column(_("Spend"), Kind.MONEY),
        Column(_("Share of spend"), Kind.SHARE),
        Column(_("Last time"), Kind.DAY),
    )
    told = ((line.value, _plain(line.units), line.spent, line.share, line.last_on) for line in lines)
    return as_file("mais-comprados", kind, columns, told)


def _plain(units: Decimal) -> Decimal:
    """Without decimals that are zero."""
    return units.quantize(Decimal(1)) if units == units.to_integral_value() else units.normalize()
