"""When two customers become one, what was seen of the other leads to the one that is kept."""

from __future__ import annotations

from typing import Any

from recompra.customers.identity.merge import move
from recompra.ingest.models import SeenPerson


def seen(kept_id: int, gone_id: int, undo: dict[str, Any] | None) -> dict[str, Any]:
    """Move the fingerprints; see `recompra.customers.identity.merge`."""
    return {"seen": move(SeenPerson, kept_id, gone_id, None if undo is None else undo["seen"])}
