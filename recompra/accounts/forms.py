"""What people type about themselves and about colleagues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recompra.accounts.models import Store, User
from recompra.accounts.roles import Role

PASSWORD_RULES = _("At least 10 characters; not a well-known password, nor like your name or e-mail.")


class OwnWords(forms.Form):
    """Name and password, typed twice, of a person who comes in."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords are not the same."))
        elif password:
            try:
                validate_password(password, self.owner_of_password(cleaned))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def owner_of_password(self, cleaned: dict[str, Any]) -> User:
        return User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))


class FirstOwner(OwnWords):
    """The first owner, with the code that the installation printed."""

    code = forms.CharField(
        label=_("Installation code"),
        max_length=20,
        help_text=_("Shown by the command “recompra setup” where Recompra was installed."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    email = forms.EmailField(
        label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    field_order = ("code", "name", "email", "password", "again")


class NewPassword(OwnWords):
    """A colleague who is known already sets a new password: the name is not asked."""

    name = None  # type: ignore[assignment]

    def __init__(self, *args: Any, staff: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def owner_of_password(self, cleaned: dict[str, Any]) -> User:
        return self.staff


class RoleAndStores(forms.Form):
    """What an invitation says, and what may be changed later."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.SELLER)
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"),
        queryset=Store.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means every store; a seller needs at least one. An owner always sees all."),
    )


class Colleague(RoleAndStores):
    name = forms.CharField(label=_("Name"), max_length=120)
    field_order = ("name", "email", "role", "stores")
