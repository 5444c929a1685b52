"""The models as they are kept: which are in force, and new versions where numbers changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from recompra.predictions.models import ModelRecord
from recompra.predictions.part import Asked, Record, rounded

KEPT_DAYS = 396
"""How long an old version is kept: thirteen months, so that a month can be held against that of last year."""


def in_force() -> dict[str, ModelRecord]:
    """{name: the newest version of the model}."""
    newest = ModelRecord.objects.order_by().values("name").annotate(last=Max("pk")).values("last")
    return {record.name: record for record in ModelRecord.objects.filter(pk__in=newest).order_by("name")}


def settled(records: Sequence[Record], asked: Asked) -> tuple[int, list[ModelRecord]]:
    """The version that these records make, and those of them that are new; nothing is written. Where no
    number changed, the version is the one in force (0: there never was one)."""
    known = in_force()
    last = max((record.version for record in known.values()), default=0)
    new = [record for record in records if not _is_kept(known.get(record.name), record, asked)]
    version = last + 1 if new else last
    return version, [_row(record, asked, version) for record in new]


def keep(rows: Sequence[ModelRecord], of: Sequence[str]) -> None:
    """Write new versions; forget old ones of long ago, but never the newest of a model `of` those that
    answer."""
    with transaction.atomic():
        ModelRecord.objects.bulk_create(rows, ignore_conflicts=True)
        oldest = timezone.now() - dt.timedelta(days=KEPT_DAYS)
        newest = [record.pk for name, record in in_force().items() if name in of]
        ModelRecord.objects.filter(fitted_at__lt=oldest).exclude(pk__in=newest).delete()


def _row(record: Record, asked: Asked, version: int) -> ModelRecord:
    return ModelRecord(
        name=record.name,
        version=version,
        as_of=asked.as_of,
        horizon_days=asked.horizon_days,
        active_days=asked.active_days,
        parameters=rounded(record.parameters),
        data=rounded(record.data),
        accuracy=rounded(record.accuracy),
        is_shown=record.is_shown,
        reason=record.reason,
    )


def _is_kept(kept: ModelRecord | None, record: Record, asked: Asked) -> bool:
    if kept is None:
        return False
    fresh = _row(record, asked, kept.version)
    compared = ("horizon_days", "active_days", "parameters", "data", "accuracy", "is_shown", "reason")
    return all(getattr(kept, name) == getattr(fresh, name) for name in compared)
