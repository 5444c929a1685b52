"""What is asked when a person's word on consent is noted, and when the shop writes the words of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.privacy.models import Action, Channel, ConsentEvent, Purpose
from recompra.theme.forms import DayField

BY_HAND = (ConsentEvent.Origin.ATTENDANT, ConsentEvent.Origin.STORE, ConsentEvent.Origin.FORM)


class ConsentForm(forms.Form):
    """One statement: what, about what, by which channel, how we know. Only a "yes" must be proved."""

    acao = forms.ChoiceField(
        label=_("The person"), choices=Action.choices, widget=forms.RadioSelect, initial=Action.GRANT
    )
    finalidade = forms.ChoiceField(label=_("What for"), choices=Purpose.choices)
    canal = forms.ChoiceField(label=_("By which channel"), choices=Channel.choices, required=False)
    origem = forms.ChoiceField(
        label=_("How we know"),
        choices=[(one.value, one.label) for one in BY_HAND],
        required=False,
        initial=ConsentEvent.Origin.ATTENDANT,
    )
    dia = DayField(label=_("When it was said"), required=False, help_text=_("Empty: now."))
    prova = forms.CharField(
        label=_("What proves it"),
        required=False,
        max_length=300,
        help_text=_("Such as “form signed in the store”. A “yes” needs it: the shop has to prove it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_dia(self) -> dt.date | None:
        said: dt.date | None = self.cleaned_data["dia"]
        if said is not None and not dt.date(1990, 1, 1) <= said <= timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet, or is too long ago."))
        return said

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("acao") == Action.GRANT and not cleaned.get("prova", "").strip():
            self.add_error("prova", _("Say what proves it (LGPD art. 8, §2)."))
        return cleaned


class TextForm(forms.Form):
    """The next version of a purpose's words."""

    texto = forms.CharField(label=_("New text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
