"""What bars and lines share: a round scale, grid lines, the labels of both axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, joined, share
from recompra.theme.formats import compact, num

ABOVE = 10
BELOW = 24
TINY = 1e-300  # below it, a fourth of a number may be none at all


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high`, with the round values that get a grid line."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def down(self, value: float) -> float:
        """How far below the top a value stands, in percent of the height."""
        return (self.high - value) / (self.high - self.low) * 100


def scale_for(values: Iterable[float], lines: int = 4) -> Scale:
    """A scale that holds zero and all the values and ends on round numbers."""
    given = [value for value in values if math.isfinite(value)]
    top, bottom = max(given, default=0.0), min(given, default=0.0)
    top, bottom = max(top, 0.0), min(bottom, 0.0)
    if top - bottom < TINY:
        return Scale(bottom, 1.0, (0.0, 1.0))
    step = _round_step((top - bottom) / lines)
    first, last = math.floor(bottom / step), math.ceil(top / step)
    return Scale(first * step, last * step, tuple(index * step for index in range(first, last + 1)))


def _round_step(raw: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(raw))
    return next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * 0.999999)


def tick(value: float) -> str:
    """A value on the axis: compact, and with the decimals it needs when the scale is small."""
    if abs(value) >= 10 or value == round(value):
        return compact(value)
    return num(value, 1 if value * 10 == round(value * 10) else 2)


def frame(
    title: str,
    description: str,
    body: SafeString,
    scale: Scale,
    labels: Sequence[str],
    *,
    axis: Callable[[float], str],
    height: int,
) -> SafeString:
    """The chart around `body`: values on the left in their own gutter, the plot as wide as its place."""
    heights = {tick: ABOVE + scale.down(tick) / 100 * height for tick in scale.ticks}
    gutter = joined(
        element("text", axis(tick), x="100%", dx=-8, y=y, dy=".32em", text_anchor="end")
        for tick, y in heights.items()
    )
    grid = joined(
        element("line", class_="gridline base" if tick == 0 else "gridline", x1=0, x2="100%", y1=y, y2=y)
        for tick, y in heights.items()
    )
    plot = element(
        "svg",
        grid,
        element("svg", body, y=ABOVE, width="100%", height=height, overflow="visible"),
        _across(labels, height + ABOVE + 18),
        class_="plot",
        width="100%",
        height=height + ABOVE + BELOW,
        role="img",
        tabindex=0,
        data_chart=True,
        aria_label=f"{title}. {description}".strip(),
    )
    return element(
        "div",
        element("svg", gutter, class_="gutter", height=height + ABOVE + BELOW, aria_hidden="true"),
        plot,
        class_="chart",
    )


def _across(labels: Sequence[str], y: int) -> SafeString:
    """About eight labels under the plot; CSS hides every second one, `odd`, where there is less room."""
    every = max(1, round(len(labels) / 8))
    return joined(
        element(
            "text",
            label,
            class_="odd" if i % (2 * every) else "",
            x=share((i + 0.5) / len(labels) * 100),
            y=y,
            text_anchor="middle",
        )
        for i, label in enumerate(labels)
        if i % every == 0
    )
