"""Elements of SVG, escaped by construction."""

from collections.abc import Iterable

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString


def element(name: str, *children: str, **attributes: object) -> SafeString:
    """`<name …>children</name>`: `class_` and `aria_label` become `class` and `aria-label`.

    None and "" leave the attribute out, True gives it no value, numbers have at most three decimals and
    a point in every language. A child that is not safe markup is escaped.
    """
    opened = "".join(_attribute(key, value) for key, value in attributes.items() if value not in (None, ""))
    inside = "".join(conditional_escape(child) for child in children)
    return SafeString(f"<{name}{opened}>{inside}</{name}>")


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Safe pieces one after the other."""
    return SafeString("".join(parts))


def place(number: float) -> str:
    """A coordinate: at most three decimals, no zeros at the end."""
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def share(number: float) -> str:
    """A coordinate in percent of the place."""
    return f"{place(number)}%"


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = place(value) if isinstance(value, float) else str(value)
    return f' {name}="{escape(text)}"'
