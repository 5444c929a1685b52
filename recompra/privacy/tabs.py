"""The tabs over the pages of this room: those that this person may open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability, may

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TABS: tuple[tuple[str, StrPromise, Capability], ...] = (
    ("privacy:requests", _("Requests"), Capability.PRIVACY),
    ("privacy:blocks", _("Blocks"), Capability.BLOCK),
    ("privacy:consent_texts", _("Consents and texts"), Capability.PRIVACY),
    ("privacy:erasures", _("Erasures"), Capability.PRIVACY),
    ("privacy:retention", _("Retention"), Capability.PRIVACY),
    ("privacy:incidents", _("Incidents"), Capability.PRIVACY),
    ("privacy:record", _("Record of processing"), Capability.PRIVACY),
    ("privacy:shop", _("Controller and officer"), Capability.PRIVACY),
)
"""Address, title, and who may open it."""


def tabs(request: HttpRequest, current: str) -> list[tuple[str, StrPromise, bool]]:
    """(address, title, is it this one) for `theme/tabs.html`; `current` is a URL name of TABS."""
    return [
        (reverse(name), title, name == current)
        for name, title, capability in TABS
        if may(request.user, capability)
    ]
