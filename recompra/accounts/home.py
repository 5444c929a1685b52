"""The front door: each person is led to the first page that their role may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from recompra.accounts.roles import signed_in
from recompra.theme.door import doors


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    entries = sorted(
        (entry for _label, door in doors() for entry in door.menu), key=lambda entry: entry.order
    )
    for entry in entries:
        if not entry.capability or request.user.may(entry.capability):  # type: ignore[union-attr]
            return redirect(entry.url_name)
    return redirect("mfa_index")
