"""Leads from the address of a merged record to the same page of the record that it is part of now."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from recompra.customers.scope import Moved


class MergedAddresses:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Moved):
            old, new = str(exception.gone.public_id), str(exception.customer.public_id)
            return redirect(request.get_full_path().replace(old, new))
        return None
