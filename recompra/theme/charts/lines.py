"""Values over time, one line per series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.safestring import SafeString

from recompra.theme.charts.frame import Scale, frame, scale_for, tick
from recompra.theme.charts.svg import element, joined, place, share


@dataclass(frozen=True)
class Series:
    """Values in the order of the labels, None for none. `css`: a colour family, or "second" (dashed)."""

    name: str
    values: Sequence[float | Decimal | None]
    css: str = ""
    area: bool = False


def lines(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    tips: Sequence[str],
    axis: Callable[[float], str] = tick,
    height: int = 190,
) -> SafeString:
    """Lines over the same labels; `tips` holds one sentence per label, with the values of all series."""
    scale = scale_for(float(value) for one in series for value in one.values if value is not None)
    paths = element(
        "svg",
        *(_path(one, len(labels), scale) for one in series),
        width="100%",
        height="100%",
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
    )
    points = joined(_point(i, len(labels), series, scale, tip) for i, tip in enumerate(tips))
    return frame(title, description, joined([paths, points]), scale, labels, axis=axis, height=height)


def _path(series: Series, count: int, scale: Scale) -> SafeString:
    """The drawn line, interrupted where a value is missing."""
    strokes = []
    steps = groupby(enumerate(series.values), key=lambda step: step[1] is not None)
    for run in (list(group) for known, group in steps if known):
        dots = [f"{place((i + 0.5) / count * 100)} {place(scale.down(float(v or 0)))}" for i, v in run]
        drawn = "M" + "L".join(dots)
        if series.area:
            first, last = dots[0].split()[0], dots[-1].split()[0]
            ground = place(scale.down(0))
            strokes.append(
                element(
                    "path",
                    class_=f"area {series.css}".strip(),
                    d=f"{drawn}L{last} {ground}L{first} {ground}Z",
                )
            )
        strokes.append(
            element("path", class_=f"line {series.css}".strip(), d=drawn, vector_effect="non-scaling-stroke")
        )
    return joined(strokes)


def _point(index: int, count: int, series: Sequence[Series], scale: Scale, tip: str) -> SafeString:
    x = share((index + 0.5) / count * 100)
    circles = (
        element("circle", class_=one.css, r=4, cx=x, cy=share(scale.down(float(value))))
        for one in series
        if (value := one.values[index]) is not None
    )
    return element(
        "g",
        element("line", class_="cross", x1=x, x2=x, y1=0, y2="100%"),
        *circles,
        element(
            "rect",
            class_="hit",
            x=share(index / count * 100),
            width=share(100 / count),
            height="100%",
            data_tip=tip,
        ),
        class_="pt",
    )
