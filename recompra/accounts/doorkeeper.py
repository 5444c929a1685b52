"""Stands before every view: who is signed in, since when, in which language, and whether it is marked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from recompra.accounts.first_run import awaits_owner
from recompra.accounts.models import HousePolicy, User
from recompra.accounts.roles import BY_KEY

ABSOLUTE_SECONDS = 12 * 60 * 60
IDLE_SECONDS = 2 * 60 * 60
SEEN_EVERY_SECONDS = 60

Handler = Callable[[HttpRequest], HttpResponse]


class Doorkeeper:
    """A view without a mark (`requires`, `signed_in`, `public`, or by key) is answered to nobody."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "") or settings.LANGUAGE_CODE
        with translation.override(language):
            if request.user.is_authenticated and not still_valid(request):
                logout(request)
                messages.info(request, _("Your session ended. Log in again to go on."))
                response: HttpResponse = to_login(request)
            else:
                response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not hasattr(view, "requires"):
            raise PermissionDenied
        if view.requires in (None, BY_KEY):
            return None
        if not isinstance(request.user, User):
            return to_login(request)
        if second_factor_is_owed(request.user) and not getattr(view, "before_second_factor", False):
            messages.warning(request, _("This shop requires a second factor. Switch yours on to go on."))
            return _sent(request, reverse("mfa_activate_totp"))
        return None


def to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in and then back to the page: an htmx request moves the whole page, not its fragment."""
    if awaits_owner():
        return _sent(request, reverse("accounts:first_run"))
    if request.headers.get("HX-Request"):
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = current.path + (f"?{current.query}" if current.query else "")
    else:
        back = request.get_full_path() if request.method == "GET" else ""
    query = f"?{urlencode({REDIRECT_FIELD_NAME: back})}" if back not in ("", "/") else ""
    return _sent(request, reverse("account_login") + query)


def _sent(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def still_valid(request: HttpRequest) -> bool:
    """Twelve hours after the log-in, or two hours after the last request, a session has ended."""
    now, session = int(time.time()), request.session
    began, seen = session.get("began", now), session.get("seen", 0)
    if now - began > ABSOLUTE_SECONDS or (seen and now - seen > IDLE_SECONDS):
        return False
    if now - seen >= SEEN_EVERY_SECONDS:
        session["began"], session["seen"] = began, now
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
    return True


def second_factor_is_owed(user: User) -> bool:
    return HousePolicy.current().second_factor_required and not is_mfa_enabled(user)
