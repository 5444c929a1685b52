"""Taking a change back: what it changed becomes what it was, as a change of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from recompra.customers.models import Change, Customer
from recompra.customers.models.contact import Origin as Source
from recompra.customers.record import changes
from recompra.customers.record.changes import Noted
from recompra.customers.record.fields import OWN, POINTS, Value, label, restored, stored
from recompra.customers.record.identified import DOCUMENTS, identified
from recompra.customers.record.register import Origin, locked, match_key, put_point, save
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from recompra.accounts.models import User


class ChangedSince(Refused):
    """Some of the fields were changed again since. `others`: names of those that can still be taken back."""

    def __init__(self, gone: Collection[str], others: Collection[str]) -> None:
        super().__init__(
            _("Changed again since, so it cannot be taken back: %(fields)s.")
            % {"fields": ", ".join(map(label, gone))}
        )
        self.others = tuple(others)


def undo(change: Change, *, by: User | None, only: Collection[str] | None = None, reason: str = "") -> Change:
    """Give the fields of a change (`only` some of them) the values that they had before it.

    Raises ChangedSince when one of them is no longer what the change made it, Wrong when a document has
    become another customer's, Refused when there is nothing to take back.
    """
    with transaction.atomic():
        customer = locked(change.customer_id)
        change = Change.objects.get(pk=change.pk)
        if change.undone_by_id:
            raise Refused(_("This change has been taken back already."))
        if is_of_merge(change):
            raise Refused(_("This came with a merge: take the merge back instead."))
        wanted = [one for one in change.fields if only is None or one["field"] in only]
        if not wanted or not all(one["field"] in (*OWN, *POINTS) for one in wanted):
            raise Refused(_("This change cannot be taken back here."))
        gone = [one["field"] for one in wanted if not still_so(customer, one)]
        if gone:
            raise ChangedSince(gone, left(change))
        return _take_back(customer, wanted, change, by=by, reason=reason)


def is_of_merge(change: Change) -> bool:
    """Whether a merge made this change, or its undoing: two records are in it, so only both go back."""
    merge = Origin.MERGE
    return change.origin == merge or change.undoes.filter(origin=merge).exists()


def left(change: Change) -> list[str]:
    """The fields of a change that can be taken back now."""
    if is_of_merge(change):
        return []
    customer = Customer.objects.get(pk=change.customer_id)
    return [
        one["field"] for one in change.fields if one["field"] in (*OWN, *POINTS) and still_so(customer, one)
    ]


def still_so(customer: Customer, one: Noted) -> bool:
    """Whether a field is still what the change made it."""
    name, before, after = one["field"], one["before"], one["after"]
    if name not in POINTS:
        return stored(getattr(customer, name, None)) == after
    points = dict(customer.contact_points.filter(kind=name).values_list("match_key", "value"))
    if after:
        return after in points.values()
    return match_key(name, before) not in points


def _take_back(
    customer: Customer, wanted: list[Noted], change: Change, *, by: User | None, reason: str
) -> Change:
    columns: dict[str, Value] = {}
    for one in wanted:
        name = one["field"]
        if name in POINTS:
            put_point(customer, name, one["after"], one["before"], Source.ATTENDANT)
        else:
            columns[name] = restored(name, one["before"])
    save(customer, columns)
    if any(columns.get(name) for name in DOCUMENTS):
        identified(customer.pk)
    back = [Noted(field=one["field"], before=one["after"], after=one["before"]) for one in wanted]
    return changes.note(customer, back, by=by, origin=Origin.UNDO, reason=reason, undoes=change)
