"""The form of a record. A field that the person may not see whole comes empty: left so, it stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.models import Customer
from recompra.customers.record.fields import (
    LABELS,
    MARITAL,
    OWN,
    POINTS,
    STATES,
    Value,
    is_masked,
    plain,
    read,
    shown,
    stored,
)  # fmt: skip
from recompra.customers.record.register import first_point
from recompra.theme.refused import Refused

PERSON = (
    "name", "cpf", "rg", "birth_date", "sex", "marital_status", "mobile", "email", "postcode", "street",
    "city", "state",
)  # fmt: skip
COMPANY = (
    "name", "trade_name", "cnpj", "mobile", "phone", "email", "postcode", "street", "city", "state",
)  # fmt: skip
TYPED: dict[str, dict[str, Any]] = {
    "name": {"autocomplete": "off", "autocapitalize": "words"},
    "cpf": {"inputmode": "numeric", "autocomplete": "off", "placeholder": "000.000.000-00"},
    "cnpj": {"autocomplete": "off", "placeholder": "00.000.000/0000-00"},
    "birth_date": {"inputmode": "numeric", "autocomplete": "off", "placeholder": gettext_lazy("dd/mm/yyyy")},
    "mobile": {"inputmode": "tel", "autocomplete": "off", "placeholder": "(00) 90000-0000"},
    "phone": {"inputmode": "tel", "autocomplete": "off", "placeholder": "(00) 0000-0000"},
    "email": {"inputmode": "email", "autocomplete": "off", "autocapitalize": "none"},
    "postcode": {"inputmode": "numeric", "autocomplete": "off", "placeholder": "00000-000"},
}
UNTOUCHED = object()
"""What a field cleans to that the person left as it was."""


class Written(forms.CharField):
    """A field of the record as text: `kept` is what the form showed of it, `masked` what stands unseen."""

    def __init__(self, name: str, *, kept: str, masked: str, **options: Any) -> None:
        self.name, self.kept, self.masked = name, kept, masked
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        if not self.differs(value):
            return UNTOUCHED
        try:
            return read(self.name, value)
        except Refused as refused:
            raise ValidationError(refused.sentence) from None

    def differs(self, value: object) -> bool:
        """Whether this is another text than the form had shown, blanks apart."""
        return plain(str(value or "")) != plain(self.kept)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | TYPED.get(self.name, {})


def texts_of(customer: Customer) -> dict[str, str]:
    """What a record says now, as the change log keeps it: of contact points, the first of each kind."""
    points = {kind: first_point(customer, kind) for kind in POINTS}
    found = {kind: point.value if point else "" for kind, point in points.items()}
    return found | {name: stored(getattr(customer, name)) for name in OWN}


class RecordForm(forms.Form):
    """`said`: what the record says, as `texts_of` gives it ({} for a new one); `whole`: nothing is masked.

    Only a name is needed; "optional" beside each of the others would be noise.
    """

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, said: Mapping[str, str], whole: bool, company: bool = False
    ) -> None:
        super().__init__(data)
        self.said, self.whole = said, whole
        first = COMPANY if company else PERSON
        for name in (*first, *(name for name in OWN if name not in first and said.get(name))):
            self.fields[name] = self._field(name, company)
        if said:
            self.fields["reason"] = forms.CharField(
                label=_("Why"),
                required=False,
                max_length=200,
                help_text=_("Stands in the history of changes. No documents or phones here, please."),
            )

    def _field(self, name: str, company: bool) -> Written:
        text = self.said.get(name, "")
        masked = shown(name, text, whole=False) if text and is_masked(name) and not self.whole else ""
        kept = "" if masked else shown(name, text, whole=True)
        options: dict[str, Any] = {"label": LABELS[name], "initial": kept}
        if company and name == "name":
            options["label"] = gettext_lazy("Legal name (razão social)")
        if name in ("sex", "marital_status", "state"):
            kept = text
            options |= {"initial": text, "widget": forms.Select(choices=_choices(name, text))}
        if masked:
            options["help_text"] = _("Now: %(masked)s. Left blank, it stays.") % {"masked": masked}
        return Written(name, kept=kept, masked=masked, **options)

    @property
    def changed(self) -> dict[str, Value]:
        """{field: value} of what the person wrote otherwise. Of a valid form."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "reason" and value is not UNTOUCHED
        }

    def touched(self, name: str) -> bool:
        """Whether the person wrote something else into the field than the form had shown."""
        field = self.fields.get(name)
        return isinstance(field, Written) and field.differs(self.data.get(name))


def _choices(name: str, text: str) -> list[tuple[str, Any]]:
    if name == "sex":
        known = [(code, str(words).capitalize()) for code, words in Customer.Sex.choices]
    elif name == "state":
        known = [(code, code) for code in STATES]
    else:
        known = [(words, words.capitalize()) for words in MARITAL]
    odd = [] if text in ("", *dict(known)) else [(text, text)]
    return [("", _("not told")), *odd, *known]
