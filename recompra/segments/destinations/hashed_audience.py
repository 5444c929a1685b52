"""A hashed audience for advertisements: what Google (Customer Match) and Meta (Custom Audiences) compare.

Both take SHA-256 in hexadecimal of normalised values: an e-mail without blanks and in lower case, for Gmail
also without the dots and without what follows a "+" (Google), and a phone as E.164; Google hashes it with its
"+", Meta without, so both forms are there. No name leaves the house. A hash of an e-mail is still a personal
datum: who sees the list may test addresses against it.

Google Ads API, "Customer Match"; Meta Marketing API, "Customer File Custom Audiences".
"""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext_lazy as _

from recompra.segments.crowd import Member
from recompra.segments.destinations.catalog import Destination
from recompra.theme.spreadsheet import Column, Row

GMAIL = ("gmail.com", "googlemail.com")


class HashedAudience(Destination):
    name = "hashed_audience"
    title = _("Audience for advertisements (Google, Meta)")
    tells = _("Hashes of e-mail and phone, no names; only who agreed to offers and news.")
    channels = ("email", "whatsapp")
    fields = ("email", "mobile")
    columns = (
        Column("Email", width=66),
        Column("Phone", width=66),
        Column("email", width=66),
        Column("phone", width=66),
    )
    """The first two for Google, the others for Meta, by the headings that each knows."""

    def line(self, who: Member) -> Row:
        email, mobile = who.points.get("email", ""), who.points.get("mobile", "")
        return (
            hashed(for_google(email)),
            hashed(f"+{mobile}" if mobile else ""),
            hashed(plain(email)),
            hashed(mobile),
        )


def plain(email: str) -> str:
    """Without blanks and in lower case."""
    return email.strip().lower()


def for_google(email: str) -> str:
    """As Google wants it: of its own addresses the one that all spellings lead to."""
    name, _at, domain = plain(email).rpartition("@")
    if domain in GMAIL:
        return f"{name.partition('+')[0].replace('.', '')}@{domain}"
    return plain(email)


def hashed(text: str) -> str:
    """SHA-256 as 64 hexadecimal digits; "" stays ""."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
