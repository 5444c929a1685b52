"""What is asked for on the tab *Contato*: a contact point, an address, a person of a company, a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recompra.accounts.models import User
from recompra.customers.contact import points as contact_points
from recompra.customers.contact.points import Written
from recompra.customers.models import Address, ContactPerson, ContactPoint, Customer, Note, Origin
from recompra.customers.notes.write import LONGEST
from recompra.customers.record import fields
from recompra.theme.formats import num
from recompra.theme.refused import Refused

GIVEN = [Origin.CUSTOMER, Origin.ATTENDANT, Origin.SYSTEM]


class Line(forms.CharField):
    """A text on one line, without characters that have no shape or turn the direction of the others."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)

    def to_python(self, value: Any) -> str:
        return fields.plain(super().to_python(value) or "")


class PointForm(forms.Form):
    """`masked` is how the value of the point is shown to who may not see it: left empty, it stays."""

    valor = forms.CharField(
        label=gettext_lazy("Phone with area code, or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    origem = forms.ChoiceField(label=gettext_lazy("Who gave it"))
    uso = forms.ChoiceField(label=gettext_lazy("May be used for"), choices=ContactPoint.Use.choices)
    pessoa = forms.ModelChoiceField(
        label=gettext_lazy("Whose"), queryset=ContactPerson.objects.none(), required=False
    )

    visto = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, customer: Customer, *args: Any, masked: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        origins = {origin: Origin(origin).label for origin in (*GIVEN, self.initial.get("origem")) if origin}
        self.fields["origem"].choices = list(origins.items())  # type: ignore[attr-defined]
        persons = customer.contact_persons.order_by("name", "pk")
        if customer.is_company and persons:
            choice = self.fields["pessoa"]
            choice.queryset, choice.empty_label = persons, _("The company's own")  # type: ignore[attr-defined]
            choice.label_from_instance = _called  # type: ignore[attr-defined]
        else:
            del self.fields["pessoa"]
        if masked:
            self.fields["valor"].required = False
            self.fields["valor"].help_text = _("Now %(value)s. Leave empty to keep it.") % {"value": masked}

    def clean_valor(self) -> Written | None:
        """As it is kept; None where it stays as it was."""
        text = self.cleaned_data["valor"]
        if not text:
            return None
        try:
            return contact_points.read(text)
        except Refused as refused:
            raise ValidationError(refused.sentence) from None


def _called(person: ContactPerson) -> str:
    return f"{person.name} ({person.role})" if person.role else person.name


class PersonForm(forms.Form):
    nome = Line(120, label=gettext_lazy("Name"))
    cargo = Line(80, label=gettext_lazy("Role in the company"), required=False)


class AddressForm(forms.Form):
    """Fields are named as the columns of Address; `masked` as in PointForm."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of address"), choices=Address.Kind.choices)
    postcode = forms.CharField(
        label=gettext_lazy("Postcode (CEP)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    street = Line(200, label=gettext_lazy("Street"))
    number = Line(20, label=gettext_lazy("Number"), required=False)
    complement = Line(80, label=gettext_lazy("Complement"), required=False)
    district = Line(80, label=gettext_lazy("District"), required=False)
    city = Line(80, label=gettext_lazy("City"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State (UF)"),
        required=False,
        choices=[("", "–"), *((state, state) for state in fields.STATES)],
    )
    visto = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def clean_postcode(self) -> str:
        try:
            return str(fields.read("postcode", self.cleaned_data["postcode"]) or "")
        except Refused as refused:
            raise ValidationError(refused.sentence) from None


class NoteForm(forms.Form):
    texto = forms.CharField(
        label=pgettext_lazy("on a customer", "Note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Write @name to call a colleague to it."),
    )
    tipo = forms.ChoiceField(
        label=gettext_lazy("Kind of note"), choices=Note.Kind.choices, initial=Note.Kind.OTHER
    )
    avisar = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Call colleagues"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, colleagues: list[User], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.colleagues = {user.pk: user for user in colleagues}
        choices = [(user.pk, str(user)) for user in colleagues]
        self.fields["avisar"].choices = choices  # type: ignore[attr-defined]
        if not colleagues:
            del self.fields["avisar"]

    @property
    def called(self) -> list[User]:
        """Who was chosen to be called."""
        return [self.colleagues[pk] for pk in self.cleaned_data.get("avisar", ())]

    def clean_texto(self) -> str:
        """Lines stay; characters without a shape go. Measured as the person sees it."""
        lines = self.cleaned_data["texto"].splitlines()
        text = "\n".join(fields.plain(line) for line in lines).strip()
        if not text:
            raise ValidationError(_("Write the note first."))
        if len(text) > LONGEST:
            over = len(text) - LONGEST
            raise ValidationError(
                _("A note has at most %(most)s characters: shorten it by %(over)s.")
                % {"most": num(LONGEST), "over": num(over)}
            )
        return text
