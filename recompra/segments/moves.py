"""Who entered and who left a segment lately, as who looks may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.customers.roster import Person, with_people
from recompra.customers.scope import StoreScope
from recompra.segments.models import Segment
from recompra.segments.rule.people import ALL
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST = 12
DAYS = 30
REASONS: dict[str, StrPromise] = {
    "load": _("new sales"),
    "clock": _("a day passed"),
    "rule": _("the rule was changed"),
    "profile": _("the record was changed"),
    "person": _("the record was changed"),
}


@dataclass(frozen=True)
class Move:
    """Somebody came or went."""

    person: Person
    entered: bool
    at: dt.datetime
    reason: str


def lately(segment: Segment, stores: StoreScope, today: dt.date) -> Sequence[Move]:
    """The last of those who may be seen, the newest first."""
    kept: Any = TABLES["moves"]
    since = dt.datetime.combine(today - dt.timedelta(days=DAYS), dt.time())
    rows = kept.filter(kept.segment_id == segment.pk, kept.moved_at >= since)
    if stores is not None:
        rows = rows.semi_join(ALL.of_stores(stores)["people"], "customer_key")
    rows = rows.order_by([rows.moved_at.desc(), rows.customer_key, rows.entered]).limit(MOST)
    return [
        Move(person, row["entered"], _aware(row["moved_at"]), str(REASONS.get(row["reason"], row["reason"])))
        for person, row in with_people(engine(settings.WAREHOUSE_URL).rows(rows))
        if person.public_id
    ]


def _aware(moment: dt.datetime) -> dt.datetime:
    return timezone.make_aware(moment, dt.UTC) if timezone.is_naive(moment) else moment
