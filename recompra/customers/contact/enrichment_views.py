"""*Buscar dados públicos*: a company looked up outside; what was found is shown before it is kept."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recompra.accounts import audit
from recompra.accounts.models import me
from recompra.accounts.roles import Capability, requires
from recompra.customers.contact.tab import done, show
from recompra.customers.enrichment import answers
from recompra.customers.enrichment.catalog import Adapter, LookUpFailed, adapters
from recompra.customers.models import Customer
from recompra.customers.scope import visible_customer


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def look_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask one source (`fonte`) about this company; the access log notes that we did."""
    customer, adapter = _asked(request, public_id)
    audit.record(request, "look_up", customer_id=customer.pk)
    try:
        answers.look_up(customer, adapter, by=me(request), again=request.POST.get("de_novo") == "1")
    except LookUpFailed as failed:
        told = {"failed_source": adapter.name, "failure": failed.reason}
        return show(request, customer, told, status=422)
    return done(request, customer, "publicos")


@requires(Capability.EDIT_CUSTOMERS)
@require_POST
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what was chosen (`item`) of a source's answer."""
    customer, adapter = _asked(request, public_id)
    taken = answers.accept(customer, adapter, set(request.POST.getlist("item")), by=me(request))
    if not taken:
        return done(request, customer, "publicos", _("Nothing was chosen, so nothing was kept."))
    sentence = ngettext("%(n)s item kept, to be confirmed.", "%(n)s items kept, to be confirmed.", taken)
    return done(request, customer, "publicos", sentence % {"n": taken})


def _asked(request: HttpRequest, public_id: UUID) -> tuple[Customer, Adapter]:
    customer = visible_customer(request, public_id)
    adapter = adapters().get(request.POST.get("fonte", ""))
    if adapter is None or not customer.is_company:
        raise Http404
    return customer, adapter
