"""The forms of the register of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.models import AccessLog, User
from recompra.privacy.incidents.register import CATEGORIES
from recompra.privacy.models import Incident
from recompra.theme.formats import moment, num
from recompra.theme.forms import DayField

if TYPE_CHECKING:
    AnyChoice = forms.ModelChoiceField[AccessLog]
else:
    AnyChoice = forms.ModelChoiceField

SHORT, LONG = 200, 10_000
SHAPE = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and time in the shop's zone, chosen in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format=SHAPE))
        options.setdefault("input_formats", [SHAPE, "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"])
        super().__init__(**options)


class NewIncident(forms.Form):
    """What must be known to start the clock; the rest follows."""

    tipo = forms.ChoiceField(label=_("Kind"), choices=Incident.Kind)
    titulo = forms.CharField(
        label=_("In one line"), max_length=SHORT, help_text=_("Without names, documents or phones.")
    )
    conhecido = MomentField(
        label=_("When the shop knew that personal data were affected"),
        help_text=_("The three business days run from here."),
    )
    aconteceu = MomentField(label=_("When it happened, if known"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        known, happened = given.get("conhecido"), given.get("aconteceu")
        if known and known > timezone.now():
            self.add_error("conhecido", _("An incident cannot become known in the future."))
        if known and happened and happened > known:
            self.add_error("aconteceu", _("An incident happens before it is known."))
        return given


class IncidentForm(NewIncident):
    """Everything that art. 10 wants on record."""

    circunstancias = forms.CharField(
        label=_("What happened, and how"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    dados = forms.MultipleChoiceField(
        label=_("Data affected"),
        choices=list(CATEGORIES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    titulares = forms.IntegerField(label=_("People affected"), min_value=0, max_value=2**62, required=False)
    risco = forms.ChoiceField(label=_("Risk"), choices=Incident.Risk, required=False)
    integridade = forms.BooleanField(
        label=_("It may endanger the bodily or moral integrity of the people"), required=False
    )
    danos = forms.CharField(
        label=_("Assessment of risk and possible damage"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    medidas = forms.CharField(
        label=_("Measures taken, before and after"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


COLUMNS = {
    "tipo": "kind",
    "titulo": "title",
    "conhecido": "known_at",
    "aconteceu": "happened_at",
    "circunstancias": "circumstances",
    "dados": "categories",
    "titulares": "people",
    "risco": "risk",
    "integridade": "endangers",
    "danos": "damage",
    "medidas": "measures",
}
"""Field of the form to column of Incident."""


class ToldForm(forms.Form):
    """When the ANPD was told, or what was told was completed."""

    quando = MomentField(label=_("When"))
    texto = forms.CharField(label=_("Number or note"), max_length=SHORT, required=False)


class PeopleToldForm(forms.Form):
    quando = MomentField(label=_("When"))
    como = forms.CharField(
        label=_("How"), max_length=SHORT, help_text=_("E-mail, letter, phone, or a public notice.")
    )
    aviso = DayField(
        label=_("Public notice until"),
        required=False,
        help_text=_("Only where there was one: 90 days at least."),
    )


class CloseForm(forms.Form):
    motivo = forms.CharField(
        label=_("Why it was not communicated"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only where the ANPD or the people were not told."),
    )


class ReopenForm(forms.Form):
    motivo = forms.CharField(label=_("Why it is opened again"), max_length=SHORT)


class NoteForm(forms.Form):
    nota = forms.CharField(label=_("Note"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))


class ByColleague(forms.Form):
    """Whose records this member of staff opened between two moments."""

    quem = forms.ModelChoiceField(label=_("Member of staff"), queryset=User.objects.order_by("name", "pk"))
    de = MomentField(label=_("From"))
    ate = MomentField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("de") and given.get("ate") and given["de"] >= given["ate"]:
            self.add_error("ate", _("The end comes after the beginning."))
        return given


class ExportChoice(AnyChoice):
    """An entry of the access log that tells of an exported list."""

    def label_from_instance(self, obj: Model) -> str:
        entry = cast(AccessLog, obj)
        return f"{moment(entry.at)} · {entry.staff or ''} · {num(entry.count)} · {entry.reason}"


class ByExport(forms.Form):
    """Who stood in an exported list."""

    arquivo = ExportChoice(
        label=_("Exported list"),
        queryset=AccessLog.objects.filter(action="export_customers").select_related("staff").order_by("-pk"),
        empty_label=None,
    )
