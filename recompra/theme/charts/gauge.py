"""One share, as a half ring or as a thin bar."""

from math import cos, pi, sin

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, place, share
from recompra.theme.formats import pct

LOW, HIGH = 1 / 3, 2 / 3


def level(value: float) -> str:
    """The class of a risk from 0 to 1: low, mid or high."""
    return "low" if value < LOW else "mid" if value < HIGH else "high"


def gauge(title: str, value: float, word: str) -> SafeString:
    """A risk from 0 to 1 as a half ring, with its number and its word ("risco alto") beside the colour."""
    value = min(1.0, max(0.0, value))
    number = pct(value, 0)
    scale = (("low", 0, 0.325), ("mid", 0.335, 0.655), ("high", 0.665, 1))
    return element(
        "svg",
        *(element("path", class_=f"scale {css}", d=_arc(start, end)) for css, start, end in scale),
        element("path", class_="reach", d=_arc(0, max(0.01, value))),
        element("circle", class_="knob", cx=100 - 80 * cos(pi * value), cy=100 - 80 * sin(pi * value), r=9),
        element("text", number, class_="big", x=100, y=88, text_anchor="middle"),
        element("text", word, class_="word", x=100, y=110, text_anchor="middle"),
        class_=f"gauge {level(value)}",
        viewBox="0 0 200 118",
        role="img",
        aria_label=f"{title}: {number}, {word}",
    )


def meter(value: float, label: str, css: str = "brand") -> SafeString:
    """A share from 0 to 1 as a thin bar; `label` is what a screen reader says, `css` the colour family."""
    value = min(1.0, max(0.0, value))
    return element(
        "svg",
        element("rect", class_="track", width="100%", height=8, rx=4),
        element("rect", class_=f"fill {css}", width=share(value * 100), height=8, rx=4),
        class_="meter",
        width="100%",
        height=8,
        role="img",
        aria_label=label,
    )


def _arc(start: float, end: float) -> str:
    def at(turn: float) -> str:
        return f"{place(100 - 80 * cos(pi * turn))} {place(100 - 80 * sin(pi * turn))}"

    return f"M{at(start)}A80 80 0 0 1 {at(end)}"
