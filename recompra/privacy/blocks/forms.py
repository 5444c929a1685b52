"""What is asked before somebody is blocked: from what, why, until when; and whom, where it is a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.privacy.models import Block
from recompra.theme.forms import DayField

REASONS = (
    _("The customer asked for it"),
    _("Court or authority"),
    _("Suspicion of fraud"),
    _("The person has died"),
    _("Member of staff or of the family"),
)
"""Offered where the reason is written; another one may be written."""


class BlockForm(forms.Form):
    """Of one customer: the functions, the reason, and the last day."""

    funcoes = forms.MultipleChoiceField(
        label=_("Block from"),
        choices=Block.Function.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Block.Function.CAMPAIGNS],
        error_messages={"required": _("Choose at least one.")},
    )
    motivo = forms.CharField(
        label=_("Reason"),
        max_length=200,
        initial=REASONS[0],
        widget=forms.TextInput(attrs={"list": "motivos-bloqueio", "autocomplete": "off"}),
    )
    ate = DayField(
        label=_("Until"), required=False, help_text=_("The last day it holds. Empty: until it is lifted.")
    )

    def clean_ate(self) -> dt.date | None:
        until: dt.date | None = self.cleaned_data["ate"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("This day is past."))
        return until


class BlockManyForm(BlockForm):
    """The same of many, by their CPFs: typed, pasted, or in a file."""

    cpfs = forms.CharField(
        label=_("CPFs"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One per line, or with commas. Dots and dashes do not matter."),
    )
    arquivo = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
        help_text=_("CSV or spreadsheet with a column “CPF”."),
    )
    field_order = ("cpfs", "arquivo", "funcoes", "motivo", "ate")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("cpfs", "").strip() and not cleaned.get("arquivo"):
            self.add_error("cpfs", _("Type at least one CPF, or choose a file."))
        return cleaned
