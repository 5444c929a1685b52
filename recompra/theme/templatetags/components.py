"""Small pieces of every page as template tags; docs/ui.md shows them with their parameters."""

from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from recompra.theme import segments
from recompra.theme.formats import initials

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "", css: str = "") -> SafeString:
    """A Lucide icon as inline SVG; without a label it is decoration and hidden from screen readers."""
    return _drawn(str(name), int(size), str(label), str(css))


@cache
def _drawn(name: str, size: int, label: str, css: str) -> SafeString:
    spoken = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    drawn = lucide(name, size=size, **{"class": f"icon {css}".strip()}, focusable="false", **spoken)
    return SafeString(drawn.replace("\n", "").replace(">  <", "><"))


@register.simple_tag
def segment_badge(code: str | None) -> SafeString:
    """The name of an RFM segment in its colour, with its meaning as a tip."""
    shown = segments.segment(code)
    return format_html(
        '<span class="badge {}" title="{}">{}</span>', shown.family, shown.meaning, shown.label
    )


@register.filter
def segment_label(code: str | None) -> str:
    return str(segments.segment(code).label)


@register.filter
def segment_family(code: str | None) -> str:
    """The CSS class with the segment's colour."""
    return segments.segment(code).family


@register.filter
def segment_meaning(code: str | None) -> str:
    return str(segments.segment(code).meaning)


@register.filter
def segment_strategy(code: str | None) -> str:
    return str(segments.segment(code).strategy)


@register.filter
def may(user: Any, capability: str) -> bool:
    """Whether this person has the capability, named as in `recompra.accounts.roles.Capability`."""
    asked = getattr(user, "may", None)
    return bool(asked and asked(capability))


@register.simple_tag
def avatar(name: str, family: str = "grey", large: bool = False) -> SafeString:
    """A disc with the initials: decoration, since the name always stands beside it."""
    size = " lg" if large else ""
    return format_html('<span class="av {}{}" aria-hidden="true">{}</span>', family, size, initials(name))


@register.inclusion_tag("theme/kpi.html")
def kpi(label: str, value: Any, sub: str = "", tip: str = "") -> dict[str, Any]:
    """One card inside `<dl class="kpis">`: label, big figure, and what it means underneath."""
    return {"label": label, "value": value, "sub": sub, "tip": tip}


@register.inclusion_tag("theme/sort_th.html", takes_context=True)
def sort_th(context: Context, label: str, key: str, param: str = "ordem", css: str = "") -> dict[str, Any]:
    """A column heading that sorts: a link with `aria-sort`, ascending first, then descending (`-key`)."""
    query = context["request"].GET.copy()
    now = query.get(param, context.get("sort", ""))
    query[param] = f"-{key}" if now == key else key
    query.pop("apos", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {"label": label, "href": f"?{query.urlencode()}", "direction": direction, "css": css}
