"""Who a new record may be already, and what speaks against making it; asked before it is saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from recompra.customers.identifiers import name_key, rg_key
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.record.fields import Value, stored
from recompra.customers.record.register import match_key
from recompra.customers.scope import StoreScope, within

MOST = 5
Warn = Callable[[Mapping[str, str]], list[str]]


@dataclass(frozen=True)
class Alike:
    """Customers who share something with the new one: those of these stores with the reasons in words, and
    how many there are in other stores."""

    seen: list[tuple[Customer, str]]
    elsewhere: int

    def __bool__(self) -> bool:
        return bool(self.seen or self.elsewhere)


def alike(values: Mapping[str, Value], scope: StoreScope) -> Alike:
    """By mobile, landline, e-mail, RG, or name and birth date together: each is an index look-up."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for kind, words in (
        ("mobile", _("same mobile")),
        ("phone", _("same landline")),
        ("email", _("same e-mail")),
    ):
        if value := stored(values.get(kind)):
            points = ContactPoint.objects.filter(match_key=match_key(kind, value), kind=kind)
            for pk in points.values_list("customer_id", flat=True)[: 10 * MOST]:
                reasons[pk].append(words)
    for found, words in (
        (Q(rg_key=rg_key(stored(values.get("rg")))), _("same RG")),
        (
            Q(name_key=name_key(stored(values.get("name"))), birth_date=values.get("birth_date")),
            _("same name and birth date"),
        ),
    ):
        if all(value for _column, value in found.children):  # type: ignore[misc]  # pairs, as written above
            for pk in Customer.objects.filter(found).values_list("pk", flat=True)[: 10 * MOST]:
                reasons[pk].append(words)
    standing = Customer.objects.filter(pk__in=reasons, merged_into=None)
    seen = list(standing.filter(within(scope)).select_related("standing"))
    seen.sort(key=lambda one: (-len(reasons[one.pk]), one.pk))
    shown = [(one, ", ".join(reasons[one.pk])) for one in seen[:MOST]]
    return Alike(shown, standing.count() - len(seen))


def warnings(values: Mapping[str, Value]) -> list[str]:
    """What other rooms have against taking this person in: sentences of the functions that they name as
    `newcomer_warnings` on their AppConfig, each `({field: text}) -> [sentence]`."""
    said = {name: stored(value) for name, value in values.items()}
    paths = [path for config in apps.get_app_configs() for path in getattr(config, "newcomer_warnings", ())]
    return [sentence for path in paths for sentence in cast(Warn, import_string(path))(said)]
