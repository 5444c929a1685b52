"""Which segment each of the 125 cells (recency, frequency, monetary; 1 worst to 5 best) belongs to.

A total partition: every cell has exactly one segment, by construction, because `segment_of` is one if-chain.
It holds 555 champions, 454 loyal, 224 at risk, 111 inactive (MISSION A7).
"""

from collections.abc import Iterator

SEGMENTS = (
    "champions", "loyal", "potential_loyal", "promising", "new",
    "attention", "at_risk", "nearly_lost", "hibernating", "inactive",
)  # fmt: skip


def segment_of(recency: int, frequency: int, monetary: int) -> str:
    """The code of the segment of one cell; each score is an integer from 1 to 5."""
    r, f, v = recency, frequency, monetary
    if r >= 4:  # bought lately
        if f >= 4 and v >= 4 and (r == 5 or (f == 5 and v == 5)):
            return "champions"
        if f >= 3:
            return "loyal"
        if f == 2:
            return "potential_loyal"
        return "promising" if v >= 4 else "new"
    if r == 3:
        return "loyal" if f >= 4 else "attention"
    if v >= 4:  # silent for some time, and worth much
        return "nearly_lost" if r == 1 and f >= 4 else "at_risk"
    if r == 1 and f <= 2:
        return "inactive"
    return "hibernating"


def cells() -> Iterator[tuple[int, int, int, str]]:
    """(recency, frequency, monetary, segment) of all 125 cells, from 5-5-5 down to 1-1-1."""
    for r in range(5, 0, -1):
        for f in range(5, 0, -1):
            for v in range(5, 0, -1):
                yield r, f, v, segment_of(r, f, v)
