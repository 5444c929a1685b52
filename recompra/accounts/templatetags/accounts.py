"""The picture of a second factor's key, as markup: the CSP allows no data: address."""

from __future__ import annotations

import qrcode
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

QUIET = 4


@register.simple_tag
def qr_picture(content: str) -> SafeString:
    """A QR code drawn dark on white in both themes, with the quiet margin that cameras need."""
    code = qrcode.QRCode(border=QUIET)
    code.add_data(content)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return format_html(
        '<svg class="qr-code" role="img" aria-label="{}" width="232" height="232" viewBox="0 0 {} {}">'
        '<rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{}"/></svg>',
        _("QR code for the authenticator app"),
        len(rows),
        len(rows),
        dark,
    )


@register.simple_tag
def in_fours(secret: str) -> str:
    """`ABCDEFGH` as `ABCD EFGH`, to be read and typed."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """ "Firefox, Linux" out of what the browser says of itself; what is not known is shown shortened."""
    known = [
        next((words for mark, words in kinds if mark in user_agent), "") for kinds in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, known)) or user_agent[:40] or _("unknown")
