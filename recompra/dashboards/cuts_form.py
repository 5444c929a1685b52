"""The form of the cuts: four edges each, in the order people read them, and the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.analytics.rfm import Cuts
from recompra.customers import cuts as shop_cuts
from recompra.customers.models import RfmCuts
from recompra.theme.formats import MINUS, NBSP, num

SCORES = (5, 4, 3, 2)
AUTOMATIC, MANUAL = RfmCuts.Mode.AUTOMATIC.value, RfmCuts.Mode.MANUAL.value
BRAZILIAN = re.compile(r"\d{1,3}(\.\d{3})+|\d+")
DIMENSIONS = {
    "recency": gettext_lazy("Recency (days)"),
    "frequency": gettext_lazy("Frequency (purchase days)"),
    "monetary": gettext_lazy("Value (R$)"),
}


class MoneyField(forms.Field):
    """R$ as people write it: "1.234,56", "1234,56", "1234", "-10". Gives a Decimal with two places."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "20"})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace(MINUS, "-")
        text = text.replace("R$", "").replace(" ", "").replace(NBSP, "")
        if not text:
            return None
        sign = "-" if text.startswith("-") else ""
        whole, comma, cents = text.removeprefix("-").partition(",")
        if not BRAZILIAN.fullmatch(whole) or (comma and not re.fullmatch(r"\d{1,2}", cents)):
            raise forms.ValidationError(_("Write an amount such as 1.234,56."))
        return Decimal(sign + whole.replace(".", "") + "." + (cents or "0")).quantize(Decimal("0.01"))


class CutsForm(forms.Form):
    """Edges are needed only when the shop chooses them itself."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Who sets the cuts"),
        choices=[
            (AUTOMATIC, gettext_lazy("Recompra, from the sales: each score has about as many people")),
            (MANUAL, gettext_lazy("The shop, with the numbers below")),
        ],
        widget=forms.RadioSelect,
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Days that count for frequency and value"),
        help_text=gettext_lazy("Empty: all purchases since the first one."),
        required=False, min_value=30, max_value=3650,
    )  # fmt: skip

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        needed = not self.is_bound or self.data.get("mode") == MANUAL
        for score in SCORES:
            told = {"score": score}
            self.fields[f"recency_{score}"] = forms.IntegerField(
                label=_("Score %(score)s: up to … days ago") % told,
                required=needed,
                min_value=-1,
                max_value=9999,
            )
            self.fields[f"frequency_{score}"] = forms.IntegerField(
                label=_("Score %(score)s: from … purchase days on") % told,
                required=needed,
                min_value=2,
                max_value=9999,
            )
            self.fields[f"monetary_{score}"] = MoneyField(
                label=_("Score %(score)s: from R$ …") % told, required=needed
            )

    def of(self, dimension: str) -> Iterator[forms.BoundField]:
        return (self[f"{dimension}_{score}"] for score in SCORES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("mode") == MANUAL:
            for dimension in DIMENSIONS:
                self._check(dimension, data)
        return data

    def _check(self, dimension: str, data: dict[str, Any]) -> None:
        """A better score never asks for less."""
        names = [f"{dimension}_{score}" for score in SCORES]
        if any(name in self.errors for name in names):
            return
        asked = {name: -data[name] if dimension == "recency" else data[name] for name in names}
        for better, worse in pairwise(names):
            if asked[worse] > asked[better]:
                self.add_error(worse, _("It asks for more than the score above it."))

    def chosen(self) -> Cuts:
        """The edges as the shop wrote them."""
        data = self.cleaned_data
        recency, frequency, monetary = (
            tuple(data[f"{dimension}_{score}"] for score in reversed(SCORES)) for dimension in DIMENSIONS
        )
        return Cuts(recency, frequency, monetary)


def initial(row: RfmCuts) -> dict[str, Any]:
    """A stored version as the form's values."""
    cuts = shop_cuts.edges_of(row)
    values: dict[str, Any] = {"mode": row.mode, "window_days": row.window_days}
    for score in SCORES:
        values[f"recency_{score}"] = cuts.recency[score - 2]
        values[f"frequency_{score}"] = cuts.frequency[score - 2]
        values[f"monetary_{score}"] = num(cuts.monetary[score - 2], 2)
    return values
