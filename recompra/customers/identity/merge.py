"""Making two records of one person one, and giving both back.

What hangs on a customer in a room is moved by that room: its `AppConfig` names functions in
`merges = ("recompra.privacy.merging.consents",)`, each `(kept_id, gone_id, undo) -> dict`. With `undo` None
it moves its rows to the kept record and answers what it needs to give them back (ids, no personal data); with
what it answered then, it gives them back, as far as they are still there. Both run inside the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.customers.identifiers import name_key, rg_key
from recompra.customers.identity import turn
from recompra.customers.models import Change, Customer, Merge, Standing
from recompra.customers.record import changes
from recompra.customers.record.fields import OWN, Value, restored
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from recompra.accounts.models import User

Mover = Callable[[int, int, "dict[str, Any] | None"], "dict[str, Any]"]
UNIQUE = ("cpf", "cnpj")


def merge(kept: Customer, gone: Customer, *, by: User | None, take: Iterable[str] | None = None) -> Merge:
    """Let `gone` become part of `kept`.

    `take`: the fields of `fields.OWN` in which the kept record gets the other's value; None: those that it
    has not. A "no" to contact of either holds. Purchases follow in the background. Raises Refused when one of
    them cannot be merged, also because somebody else just did.
    """
    with transaction.atomic():
        kept, gone = _locked(kept.pk, gone.pk)
        refuse_unfit(kept, gone)
        done = Merge(kept=kept, gone=gone, by=by)
        done.took = sorted(set(OWN).intersection(blanks(kept, gone) if take is None else take))
        gone.merged_into = kept
        change = _exchange(kept, gone, done, by)
        done.change = change.pk
        done.moved = {path: move(kept.pk, gone.pk, None) for path, move in movers()}
        done.save()
        Standing.objects.filter(customer=gone).delete()  # the next refresh makes it anew, of whom is left
        audit.record(by, "merge", customer_id=kept.pk, fields=done.took)
        turn.ask()
    return done


def unmerge(merged: Merge, *, by: User | None) -> Merge:
    """Give both records back as they were. What came after the merge stays with the kept one.

    Raises Refused when it was undone already, or when a later merge of the same record stands on top of it.
    """
    with transaction.atomic():
        kept, gone = _locked(merged.kept_id, merged.gone_id)
        held: Merge = Merge.objects.select_for_update().get(pk=merged.pk)
        if held.undone_at is not None:
            raise Refused(_("This merge was already undone."))
        later = Merge.objects.filter(kept=kept, undone_at=None, pk__gt=held.pk)
        if kept.merged_into_id or later.exists():
            raise Refused(_("This record was merged again later: undo the later merge first."))
        for path, undo in held.moved.items():
            import_string(path)(kept.pk, gone.pk, undo)
        gone.merged_into = None
        _give_back(kept, gone, held, by)
        held.undone_at, held.undone_by, held.is_moving = timezone.now(), by, True
        held.save()
        audit.record(by, "unmerge", customer_id=kept.pk, fields=held.took)
        turn.ask()
    return held


def blanks(kept: Customer, gone: Customer) -> list[str]:
    """The fields that only the other record has: what a merge takes when nobody chooses."""
    return [name for name in OWN if not getattr(kept, name) and getattr(gone, name)]


def movers() -> Iterator[tuple[str, Mover]]:
    """Every room's function that moves what hangs on a customer, by its dotted path."""
    for config in apps.get_app_configs():
        for path in getattr(config, "merges", ()):
            yield path, import_string(path)


def move(rows: Any, kept_id: int, gone_id: int, undo: list[int] | None) -> list[int]:
    """Move the rows of a model or queryset from one customer to the other, or (undo) those rows back."""
    found = rows._default_manager if isinstance(rows, type) and issubclass(rows, Model) else rows
    if undo is None:
        undo = list(found.filter(customer=gone_id).values_list("pk", flat=True))
        found.filter(pk__in=undo).update(customer=kept_id)
    else:
        found.filter(pk__in=undo, customer=kept_id).update(customer=gone_id)
    return undo


def _locked(*ids: int) -> list[Customer]:
    """The records as they are now, locked in the order of their ids, given in the order asked for."""
    found = {one.pk: one for one in Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    if len(found) != len(ids):
        raise Refused(_("These are not two records that can be merged."))
    return [found[pk] for pk in ids]


def refuse_unfit(kept: Customer, gone: Customer) -> None:
    """Raise Refused for two records that cannot become one."""
    if kept.merged_into_id or gone.merged_into_id:
        raise Refused(_("One of these records was just merged: open the queue again."))
    if kept.apart or gone.apart:
        raise Refused(_("A record that is kept apart from people cannot be merged."))
    if bool(kept.cnpj) != bool(gone.cnpj) and (kept.cpf or gone.cpf):
        raise Refused(_("One is a person and the other a company: they stay two."))


def _exchange(kept: Customer, gone: Customer, done: Merge, by: User | None) -> Change:
    """Write both records: the fields taken, and the strictest word on being contacted. A document that must
    be one person's alone changes places."""
    what: dict[str, tuple[Value, Value]] = {}
    for name in done.took:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        what[name] = mine, theirs
        setattr(kept, name, theirs)
        if name in UNIQUE:
            setattr(gone, name, mine)
    if gone.accepts_contact is False and kept.accepts_contact is not False:
        what["accepts_contact"] = kept.accepts_contact, False
        kept.accepts_contact = False
    _write(kept, gone)
    return changes.record(kept, what, by=by, origin=Change.Origin.MERGE)


def _give_back(kept: Customer, gone: Customer, held: Merge, by: User | None) -> None:
    """Take back what the kept record took, except what somebody corrected since."""
    what: dict[str, tuple[Value, Value]] = {}
    change = Change.objects.filter(pk=held.change).first() if held.change else None
    for noted in change.fields if change else ():
        name = noted["field"]
        before, after = (_value(name, noted[side]) for side in ("before", "after"))
        if getattr(kept, name) == after:
            what[name] = after, before
            setattr(kept, name, before)
            if name in UNIQUE:
                setattr(gone, name, after)
        elif name in UNIQUE and not Customer.objects.filter(**{name: after}).exclude(pk=gone.pk).exists():
            setattr(gone, name, after)
    _write(kept, gone)
    changes.record(kept, what, by=by, origin=Change.Origin.UNDO, undoes=change)


def _value(name: str, text: str) -> Value:
    if name == "accepts_contact":
        return {"yes": True, "no": False}.get(text)
    return restored(name, text)


def _write(kept: Customer, gone: Customer) -> None:
    for one in (kept, gone):
        one.name_key, one.rg_key = name_key(one.name), rg_key(one.rg)
    columns = [*OWN, "name_key", "rg_key", "accepts_contact"]
    Customer.objects.filter(pk=gone.pk).update(**dict.fromkeys(UNIQUE))
    kept.save(update_fields=columns)
    gone.save(update_fields=[*UNIQUE, "merged_into"])
