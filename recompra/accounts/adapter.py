"""How django-allauth behaves in this house: no sign-up, secrets encrypted, our words."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recompra.accounts import audit
from recompra.accounts.models import User
from recompra.accounts.roles import Role

REMINDED = frozenset({Role.OWNER, Role.MANAGER})


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in only: staff come in by invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This access is switched off. Talk to the owner of the shop."),
        "email_password_mismatch": _("E-mail and password do not match. Check both and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The current password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        """allauth looks into its own e-mail table here, which this house does not fill."""
        return user.check_password(password)

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        audit.record(user, "log_in")
        if user.role in REMINDED and not is_mfa_enabled(user):
            messages.warning(
                request, _("Protect the customers' data: switch on your second factor, in the account menu.")
            )
        response: HttpResponse = super().post_login(request, user, **hooks)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        audit.record(request, "own_password")
        return reverse("account_login")


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The seeds of second factors stand encrypted in the database, under a key made from SECRET_KEY."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Use the newest one of the app."),
    }

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()


def _seal() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    seeds = (hashlib.sha256(b"recompra second factor:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(seed)) for seed in seeds])
