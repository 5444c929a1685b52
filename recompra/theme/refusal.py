"""Turns `Refused` into an answer: a page, a toast for htmx, or JSON, always 422 with the same sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from recompra.theme.errors import answer
from recompra.theme.refused import Refused


class Refusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return answer(request, 422, exception.sentence)
        return None
