"""django-allauth's forms in this house's words: labels, no placeholder, no link to closed doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

from recompra.accounts.forms import PASSWORD_RULES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class InOurWords:
    labels: ClassVar[Mapping[str, StrPromise | str]] = {}
    helps: ClassVar[Mapping[str, StrPromise | str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class LogIn(InOurWords, account.LoginForm):  # type: ignore[misc]
    labels: ClassVar = {"login": _("E-mail"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ChangePassword(InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    labels: ClassVar = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    helps: ClassVar = {"password1": PASSWORD_RULES}


class ConfirmPassword(InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"password": _("Password")}


class EnterCode(InOurWords, factor.AuthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("Code of the app, or a recovery code")}


class ConfirmCode(InOurWords, factor.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("Code of the app, or a recovery code")}


class SwitchOnFactor(InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("The six digits that the app shows")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
