"""The lowest point of a function that is dear to ask, by way of like ones that are cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from recompra.analytics.btyd.histories import Floats

Objective = Callable[[Floats], tuple[float, Floats]]
"""A value and its slopes at a point."""
MOVES, NEAR, LEVEL = 12, 1e-5, 1e-8
"""At most so many moves, until no slope is steeper: of a function on the way, of the last one."""
NUDGE, FLAT = 1e-4, 1e-7
"""How far one looks aside to see a function bend, and what bends so little that no move follows from it."""


def climbed(like: Sequence[Objective], at: Floats, bounds: tuple[Floats, Floats]) -> Floats | None:
    """The lowest point of the last of some functions, each more like it than the one before; `at` is that of
    the first.

    How the first one bends says where to move on the second, and so on; each move tells more of it (the rule
    of Broyden, Fletcher, Goldfarb and Shanno, with whole steps). None where moves lead nowhere: it is flat
    there, bends another way, or the point leaves its bounds.
    """
    bend = _bend(like[0], at)
    if np.linalg.eigvalsh(bend)[0] <= FLAT:
        return None
    for objective in like[1:]:
        found = _moved(objective, at, bend, LEVEL if objective is like[-1] else NEAR)
        if found is None or not ((bounds[0] < found[0]) & (found[0] < bounds[1])).all():
            return None
        at, bend = found
    return at


def _moved(objective: Objective, at: Floats, bend: Floats, level: float) -> tuple[Floats, Floats] | None:
    """Where a function is level, and how it bends there."""
    slope = objective(at)[1]
    for _move in range(MOVES):
        if np.abs(slope).max() < level:
            return at, bend
        move = -np.linalg.solve(bend, slope)
        at, before = at + move, slope
        slope = objective(at)[1]
        gained, told = slope - before, bend @ move
        if not gained @ move > 0:
            return None
        bend = bend + np.outer(gained, gained) / (gained @ move) - np.outer(told, told) / (move @ told)
    return None


def _bend(objective: Objective, at: Floats) -> Floats:
    """The second derivatives, from slopes a little aside."""
    slope = objective(at)[1]
    found = np.array([(objective(at + NUDGE * aside)[1] - slope) / NUDGE for aside in np.eye(len(at))])
    both: Floats = (found + found.T) / 2
    return both
