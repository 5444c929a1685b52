"""How often a long-lived process looks for cycles of objects that nothing refers to any more."""

from __future__ import annotations

import gc

YOUNG = 50_000


def seldom() -> None:
    """Set what is loaded apart for good, and look at the rest seldom: an expression or a page makes thousands
    of objects that live on for a moment, and looking through them was an eighth of the time of a page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
