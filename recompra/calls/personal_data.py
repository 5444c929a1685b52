"""What this room holds about people: whom the shop means to call and what came of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from recompra.theme.personal import Declared, Held, Row, columns, forget, rows_about

PERSONAL = (
    Declared(
        (
            *columns("calls.Call", "last_on due_on next_from next_until status until listed_on talked_on"),
            *columns("calls.Call", "back_on closed_on"),
            *columns("calls.CallAct", "what was_status was_until was_talked_on"),
        ),
        _("calling customers when it is their time, once, and knowing whether they came back"),
        _("art. 7, IX: legitimate interest; a block or a no keeps the person off the list"),
        _("24 months after the call is closed; goes with the record"),
    ),
)
NOT_PERSONAL = frozenset(columns("calls.CallRefresh", "reason as_of version"))
HELD = (
    Held("calls.CallAct", _("what was done with calls"), "call__customer"),
    Held("calls.Call", _("calls of the shop")),
)


def export(customer_id: int) -> dict[str, list[Row]]:
    """Every call about the customer, and what was done with it."""
    return rows_about(HELD, customer_id)


def erase(customer_id: int) -> dict[str, int]:
    """All of it goes."""
    return forget(HELD, customer_id)
