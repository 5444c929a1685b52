"""Whether a rule's people may change although nothing happened."""

from __future__ import annotations

from recompra.segments.fields import field
from recompra.segments.rule.tree import (
    CalendarMonth,
    Condition,
    DaysAgo,
    FieldIs,
    LastDays,
    Node,
    Sequence,
    conditions,
)


def moves_with_time(rule: Node) -> bool:
    """Whether somebody may enter or leave only because a day passed."""
    return any(_moves(condition) for _where, condition in conditions(rule))


def _moves(condition: Condition) -> bool:
    if isinstance(condition, FieldIs):
        return field(condition.field).moves_with_time or _rolls(condition.value)
    if isinstance(condition, Sequence):
        waits = condition.never and condition.within_days is not None
        return waits or _rolls(condition.first.period) or _rolls(condition.then.period)
    return _rolls(condition.period)


def _rolls(value: object) -> bool:
    return isinstance(value, LastDays | DaysAgo | CalendarMonth)
