"""The answers when something is not as asked, as a page, as a toast for htmx, or as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

CODES = {403: "forbidden", 404: "not_found", 422: "refused", 500: "server_error"}


def answer(request: HttpRequest, status: int, sentence: str, title: str = "", icon: str = "") -> HttpResponse:
    """One sentence in the form that was asked for: HTML page, htmx fragment or JSON, in the shape of the API:
    `{"error": {"code", "message"}}`."""
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        response: HttpResponse = _toast(status, sentence)
    elif _wants_json(request):
        response = _json(status, sentence)
    else:
        context = {
            "layout": "theme/base.html" if _signed_in(request) else "theme/entrance.html",
            "title": title or _("This could not be done"),
            "sentence": sentence,
            "icon": icon or "circle-alert",
        }
        response = render(request, "theme/error.html", context, status=status)
    patch_vary_headers(response, ("Accept", "HX-Request"))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(400, _("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("Your role does not include this. Ask the owner of the shop if you need it.")
    return answer(request, 403, sentence, _("No permission"), "lock")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _(
        "The form had expired, or cookies are switched off. Go back, reload the page and send it again."
    )
    return answer(request, 403, sentence, _("Please send it again"), "refresh-cw")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = _("There is nothing at this address. It may have been moved or removed.")
    return answer(request, 404, sentence, _("Page not found"), "search-x")


def server_error(request: HttpRequest) -> HttpResponse:
    """Without database, session or user: any of them may be what is broken."""
    sentence = _("The failure is ours and has been logged. Please try again in a moment.")
    if request.headers.get("HX-Request") == "true":
        return _toast(500, sentence)
    if _wants_json(request):
        return _json(500, sentence)
    return _plain(500, sentence)


def _wants_json(request: HttpRequest) -> bool:
    """Who asks for it, and whoever came by an address of the API."""
    asked = not request.accepts("text/html") and request.accepts("application/json")
    return asked or getattr(request, "speaks_json", False)


def _json(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": {"code": CODES.get(status, "failed"), "message": sentence}}, status=status)


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def _toast(status: int, sentence: str) -> HttpResponse:
    """A fragment that lands in the corner; what the page shows stays as it is, its address too."""
    headers = {"HX-Retarget": "#toasts", "HX-Reswap": "innerHTML", "HX-Push-Url": "false"}
    return HttpResponse(
        render_to_string("theme/toast.html", {"sentence": sentence}), status=status, headers=headers
    )


def _plain(status: int, sentence: str) -> HttpResponse:
    language = "en" if (get_language() or "").startswith("en") else "pt-BR"
    page = render_to_string(
        "theme/plain_error.html", {"status": status, "sentence": sentence, "page_language": language}
    )
    return HttpResponse(page, status=status)
