"""How forms are written and read: our templates, and fields that take numbers as people write them here."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from recompra.theme.formats import english


class Renderer(TemplatesSetting):
    """`{{ form }}` writes every field with `theme/field.html`."""

    form_template_name = "theme/form.html"
    field_template_name = "theme/field.html"


class AmountField(forms.DecimalField):
    """An amount as it is written here: "1.234,56" (English "1,234.56"); reads "1234.5" and "R$ 10" too."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 18, "decimal_places": 2} | options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as DecimalField itself does
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal | int | float):
            return value
        return str(value) if english() else str(value).replace(".", ",")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar, which always sends ISO; dd/mm/yyyy is read too."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**options)


def plain_number(text: str) -> str:
    """ "R$ 1.234,56" as "1234.56". A lone point before one or two digits at the end is a decimal point."""
    kept = text.replace("R$", "").replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if english():
        return kept.replace(",", "")
    whole, point, decimals = kept.rpartition(".")
    if "," not in kept and point and len(decimals) in (1, 2) and "." not in whole:
        return kept
    return kept.replace(".", "").replace(",", ".")
