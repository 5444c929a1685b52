"""What happens to calls when two records become one: both keep what is about one purchase day."""

from __future__ import annotations

from typing import Any

from recompra.calls.models import Call
from recompra.customers.identity.merge import move


def calls(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """The other record's calls become the kept one's, but for those of a day of which it has its own."""
    if undo is not None:
        return {"moved": move(Call, kept_id, gone_id, undo["moved"])}
    own = Call.objects.filter(customer=kept_id).values_list("last_on", flat=True)
    return {"moved": move(Call.objects.exclude(last_on__in=list(own)), kept_id, gone_id, None)}
