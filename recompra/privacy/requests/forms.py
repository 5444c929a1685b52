"""The forms of a data subject's request."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.privacy.models import PrivacyRequest
from recompra.privacy.requests.letters import REFUSALS
from recompra.theme.forms import DayField

SHORT, LONG = 200, 10_000
CHOOSE = ("", "---------")


class OpenForm(forms.Form):
    """What is asked, by whom, how it came in; and, when it was done at once, how the identity was checked."""

    pedido = forms.ChoiceField(label=_("What the person asks for"), choices=PrivacyRequest.Kind)
    simplificado = forms.BooleanField(
        label=_("A simplified answer is enough (confirmation and access only: answered at once)"),
        required=False,
    )
    nome = forms.CharField(label=_("Name of the person"), max_length=SHORT)
    contato = forms.CharField(
        label=_("Contact for the answer"), max_length=SHORT, help_text=_("E-mail, phone or address.")
    )
    canal = forms.ChoiceField(label=_("How it came in"), choices=PrivacyRequest.Channel)
    recebida = DayField(label=_("Received on"), help_text=_("The clock starts on this day."))
    texto = forms.CharField(
        label=_("In the person's words"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    identidade = forms.ChoiceField(
        label=_("Identity checked by"),
        choices=PrivacyRequest.Identity,
        required=False,
        help_text=_("Without it nothing may be revealed or erased. It can also be done later."),
    )

    def __init__(self, *args: object, known: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["recebida"].initial = timezone.localdate
        if known:
            del self.fields["nome"]
            self.fields["contato"].required = False
            self.fields["contato"].help_text = _("Left empty, the contact on record is used.")

    def clean_recebida(self) -> object:
        day = self.cleaned_data["recebida"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("A request cannot have been received in the future."))
        return day


class IdentityForm(forms.Form):
    """How it was made sure who asks."""

    identidade = forms.ChoiceField(
        label=_("Identity checked by"),
        choices=[CHOOSE, *(choice for choice in PrivacyRequest.Identity.choices if choice[0])],
    )
    observacao = forms.CharField(
        label=_("Note"),
        max_length=SHORT,
        required=False,
        help_text=_("Do not copy the document's number."),
    )


class NoteForm(forms.Form):
    nota = forms.CharField(label=_("Note"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))


class OutcomeForm(forms.Form):
    """What came of it; when the shop says no to all or a part, why."""

    resultado = forms.ChoiceField(
        label=_("Outcome"),
        choices=[CHOOSE, *(choice for choice in PrivacyRequest.Outcome.choices if choice[0])],
    )
    motivo = forms.ChoiceField(
        label=_("Reason, when refused in whole or in part"),
        choices=[CHOOSE, *((code, why.words) for code, why in REFUSALS.items())],
        required=False,
    )
    explicacao = forms.CharField(
        label=_("Explanation for the letter"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        outcome = given.get("resultado")
        if outcome in (PrivacyRequest.Outcome.REFUSED, PrivacyRequest.Outcome.PARTLY) and not given.get(
            "motivo"
        ):
            self.add_error("motivo", _("Choose the reason: the law wants it told to the person."))
        return given


class LetterForm(forms.Form):
    carta = forms.CharField(label=_("Letter"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 16}))


class AnswerForm(forms.Form):
    como = forms.CharField(
        label=_("How it was sent"), max_length=SHORT, required=False, help_text=_("E-mail, letter, in hand.")
    )


class ReopenForm(forms.Form):
    motivo = forms.CharField(label=_("Why it is opened again"), max_length=SHORT)


class SearchForm(forms.Form):
    busca = forms.CharField(max_length=SHORT, required=False)
