"""What somebody else saved while a form was open, beside what this person wrote: nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from recompra.customers.models import Change
from recompra.customers.record.fields import label, shown
from recompra.customers.record.form import RecordForm
from recompra.theme.formats import NOTHING

if TYPE_CHECKING:
    import datetime as dt

    from django.http import QueryDict


@dataclass(frozen=True)
class Saved:
    """A field that somebody else saved meanwhile. `mine`: what this person wrote there, "" where they had
    left it as it was; the form then holds what was saved."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    by: str
    at: dt.datetime


def before(said: Mapping[str, str], changes: list[Change]) -> dict[str, str]:
    """What the record said before these changes, oldest first, given what it says after them."""
    earlier = dict(said)
    for change in reversed(changes):
        for one in change.fields:
            if earlier.get(one["field"]) == one["after"]:
                earlier[one["field"]] = one["before"]
    return earlier


def merged(form: RecordForm, now: RecordForm) -> QueryDict:
    """What the form shows next: what this person wrote, and elsewhere what the record says now."""
    data = cast("QueryDict", form.data).copy()
    for name, field in now.fields.items():
        if name != "reason" and not form.touched(name):
            data[name] = field.kept  # type: ignore[attr-defined]  # a field of the record
    return data


def saved(form: RecordForm, said: Mapping[str, str], changes: list[Change], *, whole: bool) -> list[Saved]:
    """The fields of this form that differ from what was first opened, with who saved them last."""
    found: dict[str, Saved] = {}
    for change in changes:
        for one in change.fields:
            name = one["field"]
            if name not in form.fields:
                continue
            first = found[name].before if name in found else shown(name, one["before"], whole=whole)
            found[name] = Saved(
                name=name,
                label=label(name),
                before=first,
                theirs=shown(name, said.get(name, ""), whole=whole),
                mine=_mine(form, name),
                by=str(change.by or ""),
                at=change.at,
            )
    return list(found.values())


def _mine(form: RecordForm, name: str) -> str:
    if not form.touched(name):
        return ""
    text = str(form.data.get(name, "")).strip()
    return shown(name, text, whole=True) if name == "sex" else text or NOTHING
