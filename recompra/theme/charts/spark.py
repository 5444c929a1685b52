"""A line without axes, as small as a word."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, place

WIDTH, HEIGHT = 72, 22


def spark(values: Sequence[int], label: str) -> SafeString:
    """The values from the lowest to the highest; nothing for less than two. `label`: what a reader hears."""
    if len(values) < 2:
        return SafeString()
    low, high = min(values), max(values)
    span = (high - low) or 1
    dots = (
        f"{place(2 + index * (WIDTH - 4) / (len(values) - 1))} "
        f"{place(2 + (high - value) / span * (HEIGHT - 4) if high > low else HEIGHT / 2)}"
        for index, value in enumerate(values)
    )
    return element(
        "svg",
        element("path", class_="line", d="M" + "L".join(dots)),
        class_="spark",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_label=label,
    )
