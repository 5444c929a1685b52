"""One bar per month or class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from recompra.theme.charts.frame import Scale, frame, scale_for, tick
from recompra.theme.charts.svg import element, joined, share


@dataclass(frozen=True)
class Bar:
    """`label` stands under the bar, `tip` is the whole sentence: "nov/26: R$ 1.200,00"."""

    label: str
    value: float | Decimal
    tip: str


def bars(
    title: str,
    description: str,
    data: Sequence[Bar],
    *,
    axis: Callable[[float], str] = tick,
    height: int = 190,
    now_from: int | None = None,
) -> SafeString:
    """Bars from zero, upwards or (below zero) downwards; those before index `now_from` are lighter."""
    scale = scale_for(float(bar.value) for bar in data)
    body = joined(
        _bar(bar, index, len(data), scale, is_now=now_from is None or index >= now_from)
        for index, bar in enumerate(data)
    )
    return frame(title, description, body, scale, [bar.label for bar in data], axis=axis, height=height)


def _bar(bar: Bar, index: int, count: int, scale: Scale, *, is_now: bool) -> SafeString:
    width, value = 100 / count, float(bar.value)
    top, foot = scale.down(max(value, 0.0)), scale.down(min(value, 0.0))
    drawn = element(
        "rect",
        class_="bar now" if is_now else "bar",
        x=share((index + 0.16) * width),
        y=share(top),
        width=share(width * 0.68),
        height=share(foot - top),
        rx=3,
    )
    hit = element(
        "rect", class_="hit", x=share(index * width), width=share(width), height="100%", data_tip=bar.tip
    )
    return joined([drawn, hit] if value else [hit])
