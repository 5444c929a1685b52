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
    """`label` stands under the bar, `tip` is the whole sentence: "nov/26: R$ 1.200,00". `past` is a second,
    lighter bar on its left: the same thing a year before."""

    label: str
    value: float | Decimal
    tip: str
    past: float | Decimal | None = None


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
    scale = scale_for(float(value) for bar in data for value in (bar.value, bar.past or 0))
    body = joined(
        _bar(bar, index, len(data), scale, is_now=now_from is None or index >= now_from)
        for index, bar in enumerate(data)
    )
    return frame(title, description, body, scale, [bar.label for bar in data], axis=axis, height=height)


def _bar(bar: Bar, index: int, count: int, scale: Scale, *, is_now: bool) -> SafeString:
    width = 100 / count
    drawn = []
    if bar.past is None:
        drawn.append(_column(float(bar.value), (index + 0.16) * width, width * 0.68, scale, is_now=is_now))
    else:
        drawn.append(_column(float(bar.past), (index + 0.12) * width, width * 0.36, scale, is_now=False))
        drawn.append(_column(float(bar.value), (index + 0.5) * width, width * 0.36, scale, is_now=True))
    hit = element(
        "rect", class_="hit", x=share(index * width), width=share(width), height="100%", data_tip=bar.tip
    )
    return joined([*drawn, hit])


def _column(value: float, left: float, width: float, scale: Scale, *, is_now: bool) -> SafeString:
    if not value:
        return joined([])
    top, foot = scale.down(max(value, 0.0)), scale.down(min(value, 0.0))
    return element(
        "rect",
        class_="bar now" if is_now else "bar",
        x=share(left),
        y=share(top),
        width=share(width),
        height=share(foot - top),
        rx=3,
    )
