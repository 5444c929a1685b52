"""How long closed calls are kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recompra.calls.models import Call
from recompra.theme.kept import Kept


def _older(day: dt.date) -> QuerySet[Any]:
    return Call.objects.filter(closed_on__lt=day)


def _destroy(keys: list[int], by: Any) -> int:
    return Call.objects.filter(pk__in=keys).delete()[1].get("calls.Call", 0)


CALLS = Kept(
    code="calls",
    title=_("Calls of the shop"),
    why=_("Long enough to see whether customers came back, a year against the year before (art. 16)."),
    older=_older,
    destroy=_destroy,
    months=24,
    holder="customer",
)
