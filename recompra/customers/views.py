"""The list of customers, and the search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, requires
from recompra.customers.scope import member
from recompra.customers.search import find
from recompra.customers.xray.frame import PAGE, listed
from recompra.theme.pages import render_page

LIST = {
    "lista": "customers/_list.html",
    "resultados": "customers/_results.html",
    "mais": "customers/_rows.html",
}


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """The list alone; nobody is chosen yet."""
    return render_page(request, PAGE, LIST, listed(request))


@sensitive_post_parameters("busca")
@requires(Capability.SEE_CUSTOMERS)
def search(request: HttpRequest) -> HttpResponse:
    """Who was looked for: by POST, so that what was typed stays out of every address and log."""
    typed = request.POST.get("busca", "").strip()
    if request.method != "POST":
        return redirect("customers:list")
    context = listed(request)
    if typed:
        found = find(typed, member(request).store_scope())
        context |= {"rows": found.rows, "found": found, "more": "", "typed": typed}
    return render_page(request, PAGE, LIST, context)
