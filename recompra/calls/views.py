"""*Clientes para chamar hoje*: the list, and what is done with a row."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recompra.accounts.roles import Capability, requires


@requires(Capability.SEE_CUSTOMERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call."""
    return render(request, "calls/list.html", {})
