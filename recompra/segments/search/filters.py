"""The ready conditions of the page Pesquisa: each a part of the form that makes conditions of a rule.

What is filled in stands in the address as filter values and makes the JSON form of `rule.read`; parts that
are empty ask nothing. All that is asked must hold.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recompra.segments.ages import EDGES, oldest
from recompra.segments.fields import MARITAL_STATUS, SEX
from recompra.theme.forms import DayField

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Condition = dict[str, Any]
Given = Mapping[str, Any]
LONGEST_DAYS = 36_500
_DAY_OF_YEAR = re.compile(r"^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*\d{4})?\s*$")
_ISO_DAY = re.compile(r"^\d{4}-(\d{2})-(\d{2})$")
_MONTH = re.compile(r"^(?:(?P<year>\d{4})-(?P<month>\d{1,2})|(?P<m>\d{1,2})\s*/\s*(?P<y>\d{4}))$")
YES, NO = "sim", "nao"


class Wrong(Exception):
    """What is filled in makes no sense together: the field beside which it stands, and the sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field, self.sentence = field, sentence


@dataclass(frozen=True)
class Filter:
    """One ready condition. `fields`: names in the address. `ask`: from the cleaned values, of which at least
    one is filled in, to conditions; raises Wrong."""

    name: str
    title: StrPromise
    fields: tuple[str, ...]
    ask: Callable[[Given], list[Condition]]


class DayOfYearField(forms.CharField):
    """A day of the year as dd/mm, also with a year, which does not count; cleaned to "mm-dd"."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=10,
            widget=forms.TextInput(attrs={"placeholder": "dd/mm", "inputmode": "numeric", "size": 6}),
            **options,
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        iso, written = _ISO_DAY.match(text), _DAY_OF_YEAR.match(text)
        month, day = (iso[1], iso[2]) if iso else (written[2], written[1]) if written else ("0", "0")
        try:
            return f"{dt.date(2000, int(month), int(day)):%m-%d}"
        except ValueError:
            raise forms.ValidationError(_("Write a day and a month, such as 25/12.")) from None


class MonthField(forms.CharField):
    """A calendar month, picked in the browser (yyyy-mm) or written mm/yyyy; cleaned to its first day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month"})
        super().__init__(required=False, max_length=10, widget=widget, **options)

    def clean(self, value: Any) -> dt.date | None:
        text = super().clean(value)
        if not text:
            return None
        found = _MONTH.match(text)
        try:
            if found is None:
                raise ValueError
            year, month = int(found["year"] or found["y"]), int(found["month"] or found["m"])
            if not 1900 <= year < 2200:
                raise ValueError
            return dt.date(year, month, 1)
        except ValueError:
            raise forms.ValidationError(_("Write a month and a year, such as 10/2026.")) from None


class Words(forms.MultipleChoiceField):
    """Some of several, as boxes."""

    def __init__(self, choices: Sequence[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options)


def choice(label: Any, *options: tuple[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", gettext_lazy("Any")), *options])


def day(label: Any) -> DayField:
    return DayField(label=label, required=False)


def count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=LONGEST_DAYS,
        widget=forms.NumberInput(attrs={"size": 6, "inputmode": "numeric"}),
    )  # fmt: skip


FROM, TO = pgettext_lazy("a period", "From"), pgettext_lazy("a period", "To")
FIELDS: dict[str, Callable[[], forms.Field]] = {
    "aniv_de": lambda: DayOfYearField(label=FROM),
    "aniv_ate": lambda: DayOfYearField(label=TO),
    "novo_por": lambda: choice(
        gettext_lazy("New by"),
        ("compra", gettext_lazy("first purchase")),
        ("cadastro", gettext_lazy("date of registration")),
    ),
    "novo_de": lambda: day(FROM),
    "novo_ate": lambda: day(TO),
    "online": lambda: choice(
        gettext_lazy("Buys online"), (YES, gettext_lazy("have bought online")),
        (NO, gettext_lazy("have not bought online")),
    ),
    "fidelidade": lambda: choice(
        gettext_lazy("Loyalty"), (YES, gettext_lazy("in a programme")), (NO, gettext_lazy("in none"))
    ),
    "cadastro": lambda: choice(
        gettext_lazy("Record"), ("incompleto", gettext_lazy("incomplete")),
        ("completo", gettext_lazy("complete")),
    ),
    "ultima_de": lambda: day(FROM),
    "ultima_ate": lambda: day(TO),
    "sem_comprar_de": lambda: count(gettext_lazy("Days without buying, from")),
    "sem_comprar_ate": lambda: count(pgettext_lazy("days", "to")),
    "mes_a": lambda: MonthField(label=gettext_lazy("Bought in")),
    "mes_b": lambda: MonthField(label=gettext_lazy("did not buy in")),
    "programa": lambda: Words(label=gettext_lazy("Loyalty programme")),
    "categoria": lambda: Words(label=gettext_lazy("Tier of the programme")),
    "loja": lambda: Words(label=gettext_lazy("Preferred store (12 months)")),
    "sexo": lambda: Words(tuple(SEX.items()), label=gettext_lazy("Sex")),
    "estado_civil": lambda: Words(tuple(MARITAL_STATUS.items()), label=gettext_lazy("Marital status")),
    "idade_de": lambda: choice(FROM, *((str(age), age) for age in EDGES)),
    "idade_ate": lambda: choice(TO, *((str(age), age) for age in oldest()), ("150", gettext_lazy("or more"))),
    "com_compras": lambda: forms.BooleanField(
        label=gettext_lazy("Only customers with purchases"), required=False
    ),
}  # fmt: skip
"""What may stand in the address, by its name there."""


def _birthday(given: Given) -> list[Condition]:
    first, last = given["aniv_de"], given["aniv_ate"]
    if not first or not last:
        raise Wrong("aniv_ate" if first else "aniv_de", _("Give both days; the same twice for a single one."))
    return [{"field": "birth_day", "op": "between", "value": [first, last]}]


def _new(given: Given) -> list[Condition]:
    field = "registered_on" if given["novo_por"] == "cadastro" else "first_on"
    if not given["novo_de"] and not given["novo_ate"]:
        raise Wrong("novo_de", _("Give a period, or at least its first day."))
    return [_within(field, given, "novo")]


def _last(given: Given) -> list[Condition]:
    found: list[Condition] = []
    if given["ultima_de"] or given["ultima_ate"]:
        found.append(_within("last_on", given, "ultima"))
    least, most = given["sem_comprar_de"], given["sem_comprar_ate"]
    if least is not None and most is not None and least > most:
        raise Wrong("sem_comprar_ate", _("It must not be fewer days than the first number."))
    if least is not None and most is not None:
        found.append({"field": "recency_days", "op": "between", "value": [least, most]})
    elif least is not None:
        found.append({"field": "recency_days", "op": "at_least", "value": least})
    elif most is not None:
        found.append({"field": "recency_days", "op": "at_most", "value": most})
    return found


def _months(given: Given) -> list[Condition]:
    bought, missed = given["mes_a"], given["mes_b"]
    if bought and missed and bought == missed:
        raise Wrong("mes_b", _("Choose another month than the first one: nobody did both."))
    found: list[Condition] = []
    if bought:
        found.append({"did": "bought", "op": "at_least", "value": 1, "period": _month(bought)})
    if missed:
        found.append({"did": "bought", "op": "never", "period": _month(missed)})
    return found


def _month(first: dt.date) -> Condition:
    following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return {"from": first.isoformat(), "to": (following - dt.timedelta(days=1)).isoformat()}


def _age(given: Given) -> list[Condition]:
    least, most = given["idade_de"], given["idade_ate"]
    if least and most and int(least) > int(most):
        raise Wrong("idade_ate", _("It must not be younger than the first age."))
    return [{"field": "age_band", "op": "between", "value": [int(least or 0), int(most or 150)]}]


def _within(field: str, given: Given, name: str) -> Condition:
    since, until = given[f"{name}_de"], given[f"{name}_ate"]
    if since and until and since > until:
        raise Wrong(f"{name}_ate", _("The period ends before it starts."))
    days = {key: value.isoformat() for key, value in (("from", since), ("to", until)) if value}
    return {"field": field, "op": "within", "value": days}


def _flag(field: str, name: str, yes: str | bool = YES) -> Callable[[Given], list[Condition]]:
    return lambda given: [{"field": field, "op": "yes" if given[name] == yes else "no"}]


def _one_of(field: str, name: str) -> Callable[[Given], list[Condition]]:
    return lambda given: [{"field": field, "op": "one_of", "value": list(given[name])}]


def _stores(given: Given) -> list[Condition]:
    return [{"field": "store_key", "op": "one_of", "value": [int(key) for key in given["loja"]]}]


FILTERS: tuple[Filter, ...] = (
    Filter("aniversario", gettext_lazy("Birthday in the period"), ("aniv_de", "aniv_ate"), _birthday),
    Filter("novos", gettext_lazy("New customers"), ("novo_por", "novo_de", "novo_ate"), _new),
    Filter(
        "ultima", gettext_lazy("Last purchase"),
        ("ultima_de", "ultima_ate", "sem_comprar_de", "sem_comprar_ate"), _last,
    ),
    Filter("meses", gettext_lazy("Bought in one month and not in another"), ("mes_a", "mes_b"), _months),
    Filter("online", gettext_lazy("Bought online or not"), ("online",), _flag("is_online", "online")),
    Filter(
        "fidelidade", gettext_lazy("Takes part in loyalty"), ("fidelidade",),
        _flag("is_loyalty_member", "fidelidade"),
    ),
    Filter(
        "programa", gettext_lazy("Which loyalty programme"), ("programa",),
        _one_of("loyalty_program", "programa"),
    ),
    Filter(
        "categoria", gettext_lazy("Tier of the loyalty programme"), ("categoria",),
        _one_of("loyalty_tier", "categoria"),
    ),
    Filter(
        "cadastro", gettext_lazy("Complete record or not"), ("cadastro",),
        _flag("is_complete", "cadastro", "completo"),
    ),
    Filter("loja", gettext_lazy("Preferred store (12 months)"), ("loja",), _stores),
    Filter("sexo", gettext_lazy("Sex"), ("sexo",), _one_of("sex", "sexo")),
    Filter(
        "civil", gettext_lazy("Marital status"), ("estado_civil",), _one_of("marital_status", "estado_civil")
    ),
    Filter("idade", gettext_lazy("Age range"), ("idade_de", "idade_ate"), _age),
    Filter(
        "compras", gettext_lazy("Already bought or not"), ("com_compras",),
        _flag("has_purchases", "com_compras", True),
    ),
)  # fmt: skip
"""The ready conditions, in the order of the page."""
