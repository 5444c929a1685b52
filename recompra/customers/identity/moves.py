"""What hangs on a customer in this room, when two records become one: see `merge`."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from recompra.customers.identity.merge import move
from recompra.customers.models import (
    Address,
    CompanyRecord,
    ContactAttempt,
    ContactPerson,
    ContactPoint,
    Customer,
    Duplicate,
    ExternalId,
    Membership,
    Note,
)

STRICTER = (ContactPoint.Use.ANY, ContactPoint.Use.SERVICE, ContactPoint.Use.NONE)
Undo = dict[str, Any] | None


def belongings(kept_id: int, gone_id: int, undo: Undo) -> dict[str, Any]:
    """Ids in other systems, addresses, persons of a company, notes, conversations: all of them."""
    rows = (ExternalId, Address, ContactPerson, CompanyRecord, Note, ContactAttempt)
    return {
        model.__name__: move(model, kept_id, gone_id, None if undo is None else undo.get(model.__name__, []))
        for model in rows
    }


def absorbed(kept_id: int, gone_id: int, undo: Undo) -> dict[str, Any]:
    """Whoever was merged into the other before: a merged record always waits at the one that is left."""
    if undo is None:
        ids = list(Customer.objects.filter(merged_into=gone_id).values_list("pk", flat=True))
        Customer.objects.filter(pk__in=ids).update(merged_into=kept_id)
        return {"absorbed": ids}
    Customer.objects.filter(pk__in=undo["absorbed"], merged_into=kept_id).update(merged_into=gone_id)
    return undo


def contact_points(kept_id: int, gone_id: int, undo: Undo) -> dict[str, Any]:
    """The phones and e-mails that the kept record has not. Of one that both have, the stricter use holds, and
    the kept record's preferred one stays."""
    points = ContactPoint.objects
    if undo is not None:
        _points_back(kept_id, gone_id, undo)
        return undo
    mine = {(one.kind, one.match_key): one for one in points.filter(customer=kept_id)}
    preferred = {one.kind for one in mine.values() if one.is_preferred}
    found: dict[str, Any] = {"moved": [], "use": {}, "preferred": []}
    for theirs in points.filter(customer=gone_id):
        same = mine.get((theirs.kind, theirs.match_key))
        if same is None:
            found["moved"].append(theirs.pk)
            if theirs.is_preferred and theirs.kind in preferred:
                found["preferred"].append(theirs.pk)
        elif STRICTER.index(theirs.use) > STRICTER.index(same.use):
            found["use"][str(same.pk)] = [same.use, theirs.use]
            points.filter(pk=same.pk).update(use=theirs.use)
    points.filter(pk__in=found["preferred"]).update(is_preferred=False)
    points.filter(pk__in=found["moved"]).update(customer=kept_id)
    return found


def _points_back(kept_id: int, gone_id: int, undo: dict[str, Any]) -> None:
    mine = ContactPoint.objects.filter(customer=kept_id)
    for pk, (before, after) in undo["use"].items():
        mine.filter(pk=pk, use=after).update(use=before)
    mine.filter(pk__in=undo["moved"]).update(customer=gone_id)
    theirs = ContactPoint.objects.filter(customer=gone_id, pk__in=undo["preferred"])
    theirs.update(is_preferred=True)


def memberships(kept_id: int, gone_id: int, undo: Undo) -> dict[str, Any]:
    """The loyalty programmes that the kept record is not in. In one that both are in, the kept record's
    membership holds; but who left it and is still in it as the other is in it: those two change places."""
    rows = Membership.objects
    if undo is not None:
        for mine, theirs in undo["exchanged"]:
            _exchange(theirs, mine)
        rows.filter(pk__in=undo["moved"], customer=kept_id).update(customer=gone_id)
        return undo
    known = {one.program: one for one in rows.filter(customer=kept_id)}
    found: dict[str, Any] = {"moved": [], "exchanged": []}
    for theirs in rows.filter(customer=gone_id):
        mine = known.get(theirs.program)
        if mine is None:
            found["moved"].append(theirs.pk)
        elif mine.left_on and not theirs.left_on:
            found["exchanged"].append([mine.pk, theirs.pk])
            _exchange(mine.pk, theirs.pk)
    rows.filter(pk__in=found["moved"]).update(customer=kept_id)
    return found


def _exchange(one: int, other: int) -> None:
    """Let two memberships of one programme change customers, as far as both are still there. Nobody is twice
    in a programme, so the first steps aside for a moment."""
    both = Membership.objects.in_bulk([one, other])
    if len(both) < 2:
        return
    first, second = both[one], both[other]
    rows = Membership.objects
    rows.filter(pk=one).update(program=f"\x1f{one}")
    rows.filter(pk=other).update(customer=first.customer_id)
    rows.filter(pk=one).update(customer=second.customer_id, program=first.program)


def pairs(kept_id: int, gone_id: int, undo: Undo) -> dict[str, Any]:
    """The pair itself is settled; the other's pairs that wait for review become the kept record's.

    Their decisions need no copy: whoever looks for duplicates follows them to the record that is left.
    """
    if undo is not None:
        Duplicate.objects.filter(pk__in=undo["made"], status=Duplicate.Status.OPEN).delete()
        Duplicate.objects.filter(pk__in=undo["settled"]).update(status=Duplicate.Status.LATER)
        return undo
    both = Duplicate.objects.filter(_between(kept_id, gone_id)).exclude(status=Duplicate.Status.MERGED)
    settled = list(both.values_list("pk", flat=True))
    Duplicate.objects.filter(pk__in=settled).update(status=Duplicate.Status.MERGED)
    waiting = Duplicate.objects.filter(
        Q(first=gone_id) | Q(second=gone_id), status__in=(Duplicate.Status.OPEN, Duplicate.Status.LATER)
    )
    made = []
    for pair in waiting:
        other = pair.second_id if pair.first_id == gone_id else pair.first_id
        if not Duplicate.objects.filter(_between(kept_id, other)).exists():
            first, second = sorted((kept_id, other))
            renewed = Duplicate(first_id=first, second_id=second, score=pair.score, reasons=pair.reasons)
            renewed.save()
            made.append(renewed.pk)
    return {"settled": settled, "made": made}


def _between(one: int, other: int) -> Q:
    return Q(first=min(one, other), second=max(one, other))
