"""What one version of a model changed against the one before, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from recompra.dashboards.analyses import measures
from recompra.dashboards.analyses.measures import measure
from recompra.predictions.models import ModelRecord
from recompra.theme.formats import days, dshort, num

MOST = 6
"""Parameters that are named: those that moved most, for their size."""
SMALL = 0.001
"""A parameter that moved by less than a thousandth of itself has stayed."""


def changes(new: ModelRecord, old: ModelRecord | None) -> list[str]:
    """Sentences; of a first version, that it is the first."""
    if old is None:
        return [_("The first version.")]
    return [
        *_shown(new, old),
        *_asked(new, old),
        *_data(new, old),
        *_accuracy(new, old),
        *_parameters(new, old),
    ]


def _shown(new: ModelRecord, old: ModelRecord) -> Iterator[str]:
    if new.is_shown and not old.is_shown:
        yield _("It is shown from now on.")
    if old.is_shown and not new.is_shown:
        yield _("It is hidden from now on: %(why)s") % {"why": measures.why(new.reason)}
    elif new.reason and new.reason != old.reason:
        yield measures.why(new.reason)


def _asked(new: ModelRecord, old: ModelRecord) -> Iterator[str]:
    named = {"horizon_days": _("Horizon"), "active_days": _("Active until")}
    for name, title in named.items():
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield _("%(what)s: from %(old)s to %(new)s.") % {
                "what": title, "old": days(one), "new": days(other),
            }  # fmt: skip


def _data(new: ModelRecord, old: ModelRecord) -> Iterator[str]:
    if new.as_of != old.as_of:
        yield _("Sales up to %(new)s (before: %(old)s).") % {
            "new": dshort(new.as_of),
            "old": dshort(old.as_of),
        }
    one, other = old.data.get("customers"), new.data.get("customers")
    if one is not None and other is not None and one != other:
        yield _("Customers: from %(old)s to %(new)s.") % {"old": num(one), "new": num(other)}


def _accuracy(new: ModelRecord, old: ModelRecord) -> Iterator[str]:
    before, after = ({one["name"]: one["value"] for one in (row.accuracy or {}).get("measures", ())}
                     for row in (old, new))  # fmt: skip
    for name, value in after.items():
        was = before.get(name)
        if value is None or was is None or value == was:
            continue
        one = measure(new.name, name)
        if one.written(value) != one.written(was):
            yield _("%(what)s: from %(old)s to %(new)s.") % {
                "what": str(one.title), "old": one.written(was), "new": one.written(value),
            }  # fmt: skip


def _parameters(new: ModelRecord, old: ModelRecord) -> Iterator[str]:
    before, after = dict(_flat(old.parameters)), dict(_flat(new.parameters))
    moved = {
        name: abs(value - before[name]) / max(abs(value), abs(before[name]))
        for name, value in after.items()
        if name in before and value != before[name]
    }
    largest = sorted(
        (name for name, by in moved.items() if by >= SMALL), key=lambda name: (-moved[name], name)
    )
    for name in largest[:MOST]:
        yield f"{name}: {_number(before[name])} → {_number(after[name])}"
    if len(largest) > MOST:
        yield _("And %(count)s more numbers.") % {"count": num(len(largest) - MOST)}
    kept = len(moved) - len(largest)
    if moved and kept == len(moved):
        yield _("Its numbers moved by less than a thousandth.")


def _flat(found: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """(path, number) of every number within; truths are none."""
    if isinstance(found, Mapping):
        for key, value in found.items():
            yield from _flat(value, f"{name}.{key}".strip("."))
    elif isinstance(found, list):
        for place, value in enumerate(found, 1):
            yield from _flat(value, f"{name}.{place}".strip("."))
    elif isinstance(found, int | float) and not isinstance(found, bool):
        yield name, float(found)


def _number(value: float) -> str:
    return num(value) if value == round(value) and abs(value) < 1e12 else num(value, 4)
