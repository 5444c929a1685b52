"""Doing erasures again after an older backup was put back (`recompra restore`), before anybody is let in.

The ledger knows each erased person by record and by keyed hashes: the backup may hold them under the same
record, or under another one that was gone meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.customers.models import Customer, ExternalId
from recompra.privacy.erasure import ledger, suppression
from recompra.privacy.erasure.erase import records_of
from recompra.privacy.models import Erasure
from recompra.theme.refused import Refused
from recompra.work.drain import finish

CHUNK = 5_000
OWN = ("cpf", "cnpj")
"""Kinds that are one person's alone, beside the ids of other systems: contact points and RG tell nobody."""


def replay() -> int:
    """Forget again whom the restored data hold; how many records that were. Run again, it finds nothing.

    Everybody's identifiers are hashed once, some ten seconds for a million people.
    """
    missing = [entry for entry in ledger.entries() if not _is_done(entry)]
    people = _people(missing)
    for entry in missing:
        _again(entry, people.get(entry.uid, []))
    ledger.replayed()
    return sum(len(found) for found in people.values())


def _is_done(entry: ledger.Entry) -> bool:
    """Whether the restored data know of the erasure already, as done."""
    return Erasure.objects.filter(uid=entry.id, status=Erasure.Status.DONE).exists()


def _again(entry: ledger.Entry, people: list[int]) -> None:
    asked_at = datetime.fromisoformat(entry.asked_at)
    row, _made = Erasure.objects.get_or_create(
        uid=entry.id, defaults={"public_id": entry.public_id, "created_at": asked_at}
    )
    whole = {one for pk in people for one in records_of(Customer.objects.get(pk=pk))}
    row.customers = [*entry.customers, *sorted(whole - set(entry.customers))]
    row.status, row.step, row.is_replay = Erasure.Status.WAITING, Erasure.Step.ASKED, True
    row.receipt = row.receipt | {"blocks": entry.blocks}
    row.due_at = timezone.now()
    row.save()
    suppression.remember(row, [(kind, digest) for kind, digest in entry.identifiers])
    if finish(row).status != Erasure.Status.DONE:
        raise Refused(_("An erasure could not be done again; look at it on the page of works and try again."))


def _people(entries: list[ledger.Entry]) -> dict[str, list[int]]:
    """{uid of the erasure: ids of the records that are this person}."""
    wanted: dict[str, set[str]] = defaultdict(set)
    found: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        for kind, digest in entry.identifiers:
            if kind in OWN or kind.startswith(suppression.EXTERNAL):
                wanted[digest].add(entry.uid)
        same = Customer.objects.filter(public_id=entry.public_id)
        found[entry.uid] += same.values_list("pk", flat=True)
    secret = suppression.key()
    for pk, kind, value in _identifiers() if wanted else ():
        for uid in wanted.get(suppression.digest(kind, value, secret), ()):
            found[uid].append(pk)
    return {uid: sorted(set(ids)) for uid, ids in found.items() if ids}


def _identifiers() -> Iterator[tuple[int, str, str]]:
    """(customer id, kind, value) of everybody's documents and ids in other systems."""
    for kind in OWN:
        documents = Customer.objects.exclude(**{kind: None}).values_list("pk", kind)
        yield from ((pk, kind, value) for pk, value in documents.iterator(chunk_size=CHUNK))
    ids = ExternalId.objects.values_list("customer_id", "source", "value")
    yield from ((pk, suppression.EXTERNAL + source, v) for pk, source, v in ids.iterator(chunk_size=CHUNK))
