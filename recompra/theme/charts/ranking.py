"""Named things from the most to the least, a bar each: for names too long to stand under a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from recompra.theme.charts.gauge import meter
from recompra.theme.charts.svg import element


@dataclass(frozen=True)
class Rank:
    """`told` stands at the end of the bar, `tip` is the whole sentence, `css` the colour family."""

    label: str
    value: float | Decimal
    told: str
    tip: str
    css: str = "brand"


def ranking(title: str, description: str, data: Sequence[Rank], *, most: float | Decimal = 0) -> SafeString:
    """Bars in the order given; the longest is `most`, or the greatest value where that is more."""
    longest = max([float(most), *(float(one.value) for one in data)], default=0.0) or 1.0
    return element(
        "ol",
        *(
            element(
                "li",
                element("span", one.label),
                meter(float(one.value) / longest, one.tip, one.css),
                element("b", one.told),
                data_tip=one.tip,
            )
            for one in data
        ),
        class_="ranking",
        tabindex=0,
        data_chart=True,
        aria_label=f"{title}. {description}".strip(),
    )
