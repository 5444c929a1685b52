"""The one way to make a customer's record and to change its own fields: read, locked, compared, noted.

Beside the record's columns it takes "mobile" and "email": the contact point of that kind which stands first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recompra.customers import identifiers
from recompra.customers.keys import CustomerKey, new_keys
from recompra.customers.models import Change, ContactPoint, Customer
from recompra.customers.models.contact import Origin as Source
from recompra.customers.record import changes
from recompra.customers.record.fields import OWN, POINTS, Value, read, stored
from recompra.customers.record.identified import DOCUMENTS, identified
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from recompra.accounts.models import User

Origin = Change.Origin
Values = dict[str, Value]


class Wrong(Refused):
    """Fields that cannot be so: `fields` is {name: sentence}; `taken` is {"cpf" or "cnpj": public id of the
    customer who has that document}."""

    def __init__(self, fields: Mapping[str, str], taken: Mapping[str, UUID] | None = None) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields, self.taken = dict(fields), dict(taken or {})


class Stale(Refused):
    """Somebody saved meanwhile: `customer` as it is now, `changes` what was saved, oldest first."""

    def __init__(self, customer: Customer, saved: list[Change]) -> None:
        super().__init__(_("Somebody else has changed this record meanwhile. Nothing of yours is lost."))
        self.customer, self.changes = customer, saved


def amend(
    customer_id: int,
    new: Mapping[str, object],
    *,
    seen_version: int | None,
    by: User | None,
    origin: str = Origin.ATTENDANT,
    reason: str = "",
) -> Customer:
    """Give fields of OWN, "mobile" and "email" new values, as texts or as `fields.read` gives them.

    `seen_version` is the version that the person had before them; None compares nothing. What is already so
    is left alone; where nothing is new, nothing is noted. Raises Stale, Wrong, and Refused for a record that
    was merged into another.
    """
    values = _read(new)
    with transaction.atomic():
        customer = locked(customer_id)
        if seen_version is not None and customer.version != seen_version:
            raise Stale(customer, changes.since(customer_id, seen_version))
        if customer.name and values.get("name") == "":
            raise Wrong({"name": _("A name must stay: correct it, or leave it as it was.")})
        change = write(customer, values, by=by, origin=origin, reason=reason)
        if change is not None and any(one["field"] in DOCUMENTS and one["after"] for one in change.fields):
            identified(customer.pk)
    return customer


def create(
    new: Mapping[str, object], *, by: User | None, origin: str = Origin.ATTENDANT, reason: str = ""
) -> Customer:
    """A new customer with these fields, who needs a name. Raises Wrong."""
    values = _read(new)
    if not values.get("name"):
        raise Wrong({"name": _("Who is it? Write a name.")})
    with transaction.atomic():
        customer = Customer.objects.create(version=0)  # the first change makes it 1
        CustomerKey.objects.create(customer=customer, key=new_keys(1)[0])
        write(customer, values, by=by, origin=origin, reason=reason)
        identified(customer.pk)
    return customer


def locked(customer_id: int) -> Customer:
    """The customer, nobody else's to change until the transaction ends (SQLite's begin with the lock)."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if customer.merged_into_id:
        raise Refused(_("This record was merged into another: correct that one."))
    return customer


def write(
    customer: Customer,
    values: Values,
    *,
    by: User | None,
    origin: str,
    reason: str = "",
) -> Change | None:
    """Write what differs, and note it; None when nothing does. For a customer that `locked` gave."""
    what: dict[str, tuple[Value, Value]] = {}
    for name, value in values.items():
        before = getattr(customer, name) if name in OWN else _value_of(first_point(customer, name))
        if stored(before) != stored(value):
            what[name] = before, value
    if not what:
        return None
    for name, (before, after) in what.items():
        if name in POINTS:
            put_point(customer, name, stored(before), stored(after), _source(origin))
    save(customer, {name: after for name, (_before, after) in what.items() if name in OWN})
    return changes.record(customer, what, by=by, origin=origin, reason=reason)


def first_point(customer: Customer, kind: str) -> ContactPoint | None:
    """The customer's own contact point of this kind: the preferred one, else the oldest; what was only looked
    up outside comes last."""
    own = customer.contact_points.filter(kind=kind, person=None)
    return min(own, key=lambda one: (not one.is_preferred, one.is_to_confirm, one.pk), default=None)


def put_point(customer: Customer, kind: str, before: str, after: str, source: str) -> None:
    """Turn one value of a kind of contact point into another; "" adds or takes out. Raises Wrong when the
    customer has the new one already, at another place."""
    point = customer.contact_points.filter(kind=kind, value=before).first() if before else None
    if not after:
        if point is not None:
            point.delete()
        return
    key = match_key(kind, after)
    point = point or ContactPoint(customer=customer, kind=kind)
    if customer.contact_points.filter(kind=kind, match_key=key).exclude(pk=point.pk).exists():
        raise Wrong({kind: _("It stands in this record already: see the tab Contact.")})
    point.value, point.match_key = after, key
    point.origin, point.source, point.legal_basis = source, "", ""
    point.verified_at, point.verified_how = None, ""
    point.save()


def match_key(kind: str, value: str) -> str:
    """By what a contact point's value is found: see ContactPoint."""
    if kind == ContactPoint.Kind.EMAIL:
        return value
    found = identifiers.phone(value) or identifiers.phone(f"+{value}")
    return found.match_key if found else value


def _read(new: Mapping[str, object]) -> Values:
    values: Values = {}
    wrong: dict[str, str] = {}
    for name, written in new.items():
        if name not in (*OWN, *POINTS):
            raise KeyError(name)
        try:
            values[name] = read(name, written)
        except Refused as refused:
            wrong[name] = refused.sentence
    if wrong:
        raise Wrong(wrong)
    return values


def _value_of(point: ContactPoint | None) -> str:
    return point.value if point else ""


def _source(origin: str) -> str:
    """Whom a contact point comes from, by where the change comes from."""
    return Source.CUSTOMER if origin == Origin.REQUEST else Source.ATTENDANT


def save(customer: Customer, values: Values) -> None:
    """Write columns of the record with the keys by which it is found. Raises Wrong for a CPF or CNPJ that
    another record has."""
    if not values:
        return
    columns: dict[str, Any] = {**values}
    if "name" in columns:
        columns["name_key"] = identifiers.name_key(columns["name"])
    if "rg" in columns:
        columns["rg_key"] = identifiers.rg_key(columns["rg"])
    for name, value in columns.items():
        setattr(customer, name, value)
    try:
        with transaction.atomic():
            customer.save(update_fields=list(columns))
    except IntegrityError:
        raise _taken(customer, values) from None


def _taken(customer: Customer, values: Values) -> Wrong:
    says = {
        "cpf": _("This CPF is another record's already."),
        "cnpj": _("This CNPJ is another record's already."),
    }
    wrong: dict[str, str] = {}
    taken: dict[str, UUID] = {}
    for name in says.keys() & values.keys():
        others = Customer.objects.exclude(pk=customer.pk).select_related("merged_into")
        if values[name] and (other := others.filter(**{name: values[name]}).first()):
            wrong[name], taken[name] = says[name], (other.merged_into or other).public_id
    return Wrong(wrong or says, taken)
