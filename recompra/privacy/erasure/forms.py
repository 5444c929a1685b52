"""The forms of dossier and erasure: who asks was checked, and for an erasure the word is typed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from recompra.privacy.models import PrivacyRequest

CHECKED = [(value, label) for value, label in PrivacyRequest.Identity.choices if value]


class DossierForm(forms.Form):
    """In which form, and how it was made sure who asks."""

    formato = forms.ChoiceField(
        label=_("File"),
        choices=[
            ("pdf", _("PDF, to read and print")),
            ("json", _("JSON, complete, for machines")),
            ("zip", _("Portability: one CSV per table, in a ZIP")),
            ("xlsx", _("Portability: Excel (XLSX), one sheet per table")),
        ],
    )
    identidade = forms.ChoiceField(label=_("Identity checked by"), choices=[("", "---------"), *CHECKED])


class EraseForm(forms.Form):
    """The typed word keeps a hand that slipped from erasing anybody."""

    WORD = _("ERASE")
    identidade = forms.ChoiceField(label=_("Identity checked by"), choices=[("", "---------"), *CHECKED])
    palavra = forms.CharField(label=_("Confirm"), max_length=20)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["palavra"].label = _("Type %(word)s to confirm") % {"word": self.WORD}
        self.fields["palavra"].widget.attrs["autocomplete"] = "off"

    def clean_palavra(self) -> str:
        typed = str(self.cleaned_data["palavra"]).strip()
        if typed.casefold() != str(self.WORD).casefold():
            raise forms.ValidationError(_("Type the word %(word)s as it stands.") % {"word": self.WORD})
        return typed
