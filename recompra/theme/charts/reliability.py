"""What was predicted against what came true: on the diagonal a prediction is as good as its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.safestring import SafeString

from recompra.theme.charts.frame import Scale, frame, scale_for
from recompra.theme.charts.svg import element, joined, share
from recompra.theme.formats import num, pct

SMALLEST, LARGEST = 3.0, 13.0
TENTHS = (1, 3, 5, 7, 9)


@dataclass(frozen=True)
class Bin:
    """People of whom about the same was predicted; shares from 0 to 1; `tip` is the whole sentence."""

    predicted: float
    observed: float
    people: int
    tip: str


def reliability(title: str, description: str, bins: Sequence[Bin], *, height: int = 260) -> SafeString:
    """A dot per bin, its area by its people; both axes end at the same round share."""
    scale = scale_for(min(1.0, value) for one in bins for value in (one.predicted, one.observed))
    top = min(1.0, scale.high)
    scale = Scale(0.0, top, tuple(tick for tick in scale.ticks if tick <= top))
    most = max((one.people for one in bins), default=0) or 1
    body = joined(
        [
            element("line", class_="perfect", x1=0, y1="100%", x2="100%", y2=0),
            *(_dot(one, top, most) for one in sorted(bins, key=lambda one: (-one.people, one.predicted))),
        ]
    )
    labels = [_percent(top * tenth / 10) for tenth in TENTHS]
    return frame(title, description, body, scale, labels, axis=_percent, height=height)


def _dot(one: Bin, top: float, most: int) -> SafeString:
    x, y = (min(1.0, max(0.0, value / top)) for value in (one.predicted, one.observed))
    return element(
        "circle",
        class_="dot",
        cx=share(x * 100),
        cy=share(100 - y * 100),
        r=SMALLEST + (LARGEST - SMALLEST) * sqrt(one.people / most),
        data_tip=one.tip,
    )


def _percent(value: float) -> str:
    """A share on an axis; below ten percent with the decimal it needs."""
    return pct(value, 0) if value >= 0.1 or value == 0 else f"{num(value * 100, 1)}%"
