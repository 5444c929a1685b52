"""The rows of the list. Written here and not in a template: they stand on every page of the room, and a
template takes ten times longer for them than all the rest of a look-up."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recompra.customers.listing import Row
from recompra.theme.formats import ago, brl0
from recompra.theme.segments import segment
from recompra.theme.templatetags.components import avatar

register = template.Library()

SOMEBODY = UUID(int=0)
ROW = (
    '<li><a class="row" href="{0}" hx-get="{0}" hx-target="#raiox" hx-swap="outerHTML"'
    ' hx-push-url="true"{1}>\n  {2}\n  <span class="who"><b>{3}</b><small>{4}</small></span>\n'
    '  <span class="val">{5}<small class="c {6}">{7}</small></span></a></li>\n'
)
SELECTED = format_html("{}", " selected")
CURRENT = format_html(' aria-current="{}"', "true")


@register.simple_tag
def options(choices: Iterable[tuple[object, object]], chosen: object = "") -> SafeString:
    """The options of a choice that may be long: (value, words) each."""
    wanted = str(chosen)
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if str(value) == wanted else "", words) for value, words in choices),
    )


@register.simple_tag
def customer_rows(rows: Iterable[Row], query: str = "", chosen: UUID | str = "") -> SafeString:
    """A line per customer that leads to their page: `query` keeps the list's filters, `chosen` is the public
    id of who is open beside it."""
    address, tail = reverse("customers:detail", args=[SOMEBODY]), f"?{query}" if query else ""
    return format_html_join("", ROW, (_parts(row, address, tail, chosen) for row in rows))


def _parts(row: Row, address: str, tail: str, chosen: UUID | str) -> tuple[object, ...]:
    address = address.replace(str(SOMEBODY), str(row.public_id))  # to ask the router each time costs more
    shown = segment(row.segment)
    place = f"{row.city}, {row.state}" if row.city and row.state else row.city
    when = ago(row.last_on) if row.last_on else _("no purchases")
    return (
        address + tail,
        CURRENT if row.public_id == chosen else "",
        avatar(row.name, shown.family),
        row.title,
        f"{place} · {when}" if place else when,
        "" if row.ltv is None else format_html("<b>{}</b>", brl0(row.ltv)),
        shown.family,
        shown.label,
    )
