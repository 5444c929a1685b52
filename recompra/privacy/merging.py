"""What happens to blocks and consents when two records become one: every block holds, the strictest consent
wins. Named on the door card for `recompra.customers.identity.merge`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from recompra.customers.identity.merge import move
from recompra.customers.models import Customer
from recompra.privacy.blocks.hold import holds_on
from recompra.privacy.consents.ledger import Origin, refold, state
from recompra.privacy.models import Block, ConsentEvent, IncidentPerson, LegalHold, PrivacyRequest


def blocks(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """The other record's blocks become the kept one's; those of its CPF hold for the kept one as well."""
    if undo is not None:
        move(Block, kept_id, gone_id, undo["moved"])
        Block.objects.filter(pk__in=undo["by_cpf"], customer=kept_id).update(customer=None)
        return undo
    cpf = Customer.objects.filter(pk=gone_id).values_list("cpf", flat=True).get()
    moved = move(Block, kept_id, gone_id, None)
    found = Block.objects.filter(holds_on(timezone.localdate()), cpf=cpf, customer=None) if cpf else None
    by_cpf = list(found.values_list("pk", flat=True)) if found is not None else []
    Block.objects.filter(pk__in=by_cpf).update(customer=kept_id)
    return {"moved": moved, "by_cpf": by_cpf}


def consents(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """Every "no" of the other record becomes one of the kept record's, as of now. A "yes" does not: a merge
    may lower a consent, never raise it. What was said stays where it was said."""
    if undo is not None:
        noted = ConsentEvent._base_manager.filter(pk__in=undo["noted"], customer=kept_id)
        keys = set(noted.values_list("purpose", "channel"))
        noted.delete()  # nobody said these
        for purpose, channel in sorted(keys):
            refold([kept_id], purpose, channel)
        return undo
    kept, gone = (state(Customer(pk=pk)) for pk in (kept_id, gone_id))
    now, noted_ids = timezone.now(), []
    for (purpose, channel), held in sorted(gone.items()):
        mine = kept.get((purpose, channel))
        if not held.is_no or (mine is not None and mine.is_no):
            continue
        noted_ids.append(
            ConsentEvent.objects.create(
                customer_id=kept_id,
                action=held.state,
                purpose=purpose,
                channel=channel,
                origin=Origin.MERGE,
                at=now,
            ).pk
        )
        refold([kept_id], purpose, channel)
    return {"noted": noted_ids}


def requests(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """The other record's privacy requests and legal holds become the kept one's."""
    held = undo or {"requests": None, "holds": None}
    return {
        "requests": move(PrivacyRequest, kept_id, gone_id, held["requests"]),
        "holds": move(LegalHold, kept_id, gone_id, held["holds"]),
    }


def incidents(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """Who was touched by an incident stays on its list, once."""
    if undo is not None:
        return {"moved": move(IncidentPerson, kept_id, gone_id, undo["moved"])}
    there = IncidentPerson.objects.filter(customer=kept_id).values_list("incident", flat=True)
    going = IncidentPerson.objects.exclude(incident__in=list(there))
    return {"moved": move(going, kept_id, gone_id, None)}
