"""A term of a sum as a bar that leaves a middle line: to the right what raises, to the left what lowers."""

from django.utils.safestring import SafeString

from recompra.theme.charts.svg import element, share


def push(value: float, largest: float, label: str) -> SafeString:
    """`value` beside the `largest` of the terms (by size, above 0); `label` is what a screen reader says."""
    reach = min(1.0, abs(value) / largest) * 50 if largest > 0 else 0.0
    return element(
        "svg",
        element("rect", class_="track", width="100%", height=8, rx=4),
        element(
            "rect",
            class_=f"fill {'high' if value > 0 else 'low'}",
            x=share(50 if value > 0 else 50 - reach),
            width=share(reach),
            height=8,
        ),
        element("line", class_="middle", x1="50%", x2="50%", y1=0, y2=8),
        class_="meter push",
        width="100%",
        height=8,
        role="img",
        aria_label=label,
    )
