"""What is asked when a key is made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import Store

DAYS = {"30": _("30 days"), "90": _("90 days"), "365": _("one year"), "0": _("no end")}


class NewKey(forms.Form):
    """Name, scopes, stores and how long it lasts."""

    name = forms.CharField(
        label=_("Which system uses it"),
        max_length=80,
        help_text=_("Such as “ERP” or “BI”. One key per system, so that each can be revoked alone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"),
        queryset=Store.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means every store."),
    )
    lasts = forms.ChoiceField(label=_("Lasts"), choices=list(DAYS.items()), initial="365")

    def expires_at(self) -> datetime | None:
        days = int(self.cleaned_data["lasts"])
        return timezone.now() + timedelta(days=days) if days else None

    def given(self) -> dict[str, Any]:
        """What `issue` asks for, after the form was found valid."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "scopes": data["scopes"],
            "stores": list(data["stores"]) or None,
            "expires_at": self.expires_at(),
        }
