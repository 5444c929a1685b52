"""The tab *Mais comprados*: what the customer buys, by product or by whatever else the shop tells of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recompra.accounts.roles import Capability, may, requires
from recompra.analytics.most_bought import most_bought as metric
from recompra.customers.scope import visible_customer
from recompra.customers.xray.frame import carried, period_of, render_tab
from recompra.customers.xray.overview import period_choice
from recompra.customers.xray.period import Period
from recompra.customers.xray.purchases import KEY, Purchases, purchases_of
from recompra.theme.charts import meter
from recompra.theme.formats import brl, pct
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, products

COLUMNS = {
    "produto": ("name", gettext_lazy("Product")),
    "grupo": ("group_name", gettext_lazy("Group")),
    "marca": ("brand", gettext_lazy("Brand")),
    "cor": ("color", gettext_lazy("Color")),
}
ATTRIBUTE = "a:"  # before the name of an attribute that the shop's own data bring
SORTS = ("gasto", "unidades", "ultima", "nome")
SHOWN, DRAWN = 50, 8


@dataclass(frozen=True)
class Line:
    """One value, such as a brand: `share` is of all that was spent, None where that came to nothing.

    `last_on` is the day of its last sale, None when only returns fall into the period."""

    value: str
    units: Decimal
    spent: Decimal
    share: Decimal | None
    last_on: date | None


@dataclass(frozen=True)
class Asked:
    """What the address asks for: by what, and in which order."""

    by: str
    sort: str

    @classmethod
    def read(cls, request: HttpRequest, known: Mapping[str, str]) -> Asked:
        by, sort = request.GET.get("por", ""), request.GET.get("ordenar", "").removeprefix("-")
        return cls(by if by in known else "produto", sort if sort in SORTS else "gasto")


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def most_bought(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one customer bought most in the period, by what the address asks for."""
    customer = visible_customer(request, public_id)
    rows = bought(purchases_of(request, customer.pk), period_of(request))
    choices = told_of(rows)
    asked = Asked.read(request, choices)
    lines = ordered(grouped(rows, asked.by), asked.sort)
    here = reverse("customers:most_bought", args=[public_id])
    context = {
        "by": asked.by,
        "by_label": choices[asked.by],
        "choices": choices.items(),
        "lines": lines[:SHOWN],
        "hidden": max(0, len(lines) - SHOWN),
        "drawn": _drawn(lines),
        "heads": _heads(request, asked, here),
        "sort_kept": [["ordenar", asked.sort]] if asked.sort != "gasto" else [],
        "file_query": _joined(carried(request), urlencode({"por": asked.by})),
        "may_export": may(request.user, Capability.EXPORT),
        **period_choice(request),
    }
    return render_tab(request, customer, "most_bought", "customers/_most_bought.html", context)


def bought(purchases: Purchases, period: Period) -> list[dict[str, Any]]:
    """The products of the period, as `analytics.most_bought` gives them."""
    if purchases.key is None:
        return []
    stores = None if period.store is None else [period.store]
    asked = metric(order_items, products, KEY, since=period.since, until=period.until, store_keys=stores)
    rows = engine(settings.WAREHOUSE_URL).rows(asked, {KEY: purchases.key})
    return [row | {"attributes": _attributes(row["attributes"])} for row in rows]


def told_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """{code: label} of what these products can be grouped by: the columns, and every attribute they have."""
    names = sorted({name for row in rows for name in row["attributes"]}, key=str.casefold)
    found = {code: str(label) for code, (_column, label) in COLUMNS.items()}
    return found | {f"{ATTRIBUTE}{name}": name.replace("_", " ") for name in names}


def grouped(rows: Iterable[Mapping[str, Any]], by: str) -> list[Line]:
    """One line per value; products of which the shop does not tell it stand together under a dash."""
    found: dict[str, tuple[Decimal, Decimal, date | None]] = {}
    for row in rows:
        value = _value(row, by)
        units, spent, last_on = found.get(value, (Decimal(0), Decimal(0), None))
        days = [day for day in (last_on, row["last_on"]) if day]
        found[value] = units + row["units"], spent + row["spent"], max(days, default=None)
    total = sum((spent for _units, spent, _day in found.values()), Decimal(0))
    return [
        Line(value, units, spent, _share(spent, total), last_on)
        for value, (units, spent, last_on) in found.items()
    ]


def ordered(lines: list[Line], sort: str) -> list[Line]:
    """Most first, latest first, or by name; equal ones by name."""
    by_name = sorted(lines, key=lambda line: (line.value.casefold(), line.value))
    if sort == "nome":
        return by_name
    if sort == "ultima":
        return sorted(by_name, key=lambda line: line.last_on or date.min, reverse=True)
    return sorted(by_name, key=lambda line: line.units if sort == "unidades" else line.spent, reverse=True)


def _value(row: Mapping[str, Any], by: str) -> str:
    if by.startswith(ATTRIBUTE):
        return str(row["attributes"].get(by.removeprefix(ATTRIBUTE), ""))
    return row[COLUMNS[by][0]] or ""


def _attributes(text: str | None) -> dict[str, str]:
    """What else the shop tells of a product; whatever is no plain value, or empty, is left out."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    plain = {name: value for name, value in found.items() if isinstance(value, str | int | float | bool)}
    return {name: str(value).strip() for name, value in plain.items() if str(value).strip()}


def _share(part: Decimal, total: Decimal) -> Decimal | None:
    return (part / total).quantize(Decimal("0.0001"), ROUND_HALF_UP) if total > 0 else None


def _drawn(lines: list[Line]) -> list[tuple[Line, Any]]:
    """The lines of most spend with a bar each, the longest whole."""
    top = [line for line in ordered(lines, "gasto") if line.spent > 0][:DRAWN]
    most = top[0].spent if top else Decimal(1)
    return [
        (
            line,
            meter(
                float(line.spent / most),
                f"{line.value or _('not told')}: {brl(line.spent)}, {pct(line.share)}",
            ),
        )
        for line in top
    ]


def _heads(request: HttpRequest, asked: Asked, here: str) -> list[tuple[str, str, str, str]]:
    """(label, address, direction, css) of the columns: each sorts."""
    kept = _joined(carried(request), urlencode({"por": asked.by}) if asked.by != "produto" else "")
    labels = {"nome": "", "unidades": _("Units"), "gasto": _("Spend"), "ultima": _("Last time")}
    return [
        (
            label,
            f"{here}?{_joined(kept, urlencode({'ordenar': code}))}",
            "" if asked.sort != code else "ascending" if code == "nome" else "descending",
            "" if code == "nome" else "n",
        )
        for code, label in labels.items()
    ]


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)
