"""What happens to requests, legal holds and incidents when two records become one: all go with the person."""

from __future__ import annotations

from typing import Any

from recompra.customers.merge import move
from recompra.privacy.models import IncidentPerson, LegalHold, PrivacyRequest


def requests(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """The requests of the other record become the kept one's; given back on undo."""
    return {"moved": move(PrivacyRequest, kept_id, gone_id, undo["moved"] if undo else None)}


def holds(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """A hold of either keeps the person."""
    return {"moved": move(LegalHold, kept_id, gone_id, undo["moved"] if undo else None)}


def incidents(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """Who was touched by an incident stays on its list, once."""
    if undo is not None:
        IncidentPerson.objects.filter(pk__in=undo["moved"], customer=kept_id).update(customer=gone_id)
        return undo
    there = IncidentPerson.objects.filter(customer=kept_id).values("incident")
    going = IncidentPerson.objects.filter(customer=gone_id).exclude(incident__in=there)
    moved = list(going.values_list("pk", flat=True))
    IncidentPerson.objects.filter(pk__in=moved).update(customer=kept_id)
    return {"moved": moved}
