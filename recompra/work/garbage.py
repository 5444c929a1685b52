"""How often a long-lived process looks for cycles of objects that nothing refers to any more."""

from __future__ import annotations

import gc

YOUNG = 50_000


def seldom() -> None:
    """Look seldom: an expression or a page makes thousands of objects that live on for a moment, and looking
    through them was an eighth of the time of a page."""
    gc.set_threshold(YOUNG, 20, 50)
