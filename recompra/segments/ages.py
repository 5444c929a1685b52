"""Ages in bands of five years: fine enough to sell by, and no birth date in the facts."""

from __future__ import annotations

EDGES = (0, 18, *range(20, 81, 5))
"""The youngest age of each band; the last one has no end."""


def oldest() -> tuple[int, ...]:
    """The ages at which a span may end: the last of each band but the open one."""
    return tuple(edge - 1 for edge in EDGES[1:])
