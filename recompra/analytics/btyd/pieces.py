"""Long columns worked on piece by piece, some pieces at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = min(os.cpu_count() or 1, 4)


def in_pieces(rows: int, size: int, work: Callable[[slice], None]) -> None:
    """Call `work` with each piece of so many rows. It writes its piece of a result that others do not touch,
    so which comes first changes nothing."""
    pieces = [slice(first, first + size) for first in range(0, rows, size)]
    if len(pieces) < 2 or AT_ONCE < 2:
        for piece in pieces:
            work(piece)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _done in pool.map(work, pieces):
            pass
