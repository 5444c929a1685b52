"""What the clock throws away: rows set aside long ago, and files of imports that have ended."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from recompra.ingest import publish
from recompra.ingest.models import ImportRun, QuarantinedRow

QUARANTINE = timedelta(days=30)
FILES = timedelta(days=2)
"""How long an import that failed or asks something keeps its files, for going on without another upload."""


def sweep(now: datetime | None = None) -> None:
    """The clock's nightly call."""
    now = now or timezone.now()
    QuarantinedRow.objects.filter(created_at__lt=now - QUARANTINE).delete()
    ended = ImportRun.objects.exclude(status__in=ImportRun.LIVE).exclude(stage=ImportRun.Stage.READY)
    ended.filter(finished_at__lt=now - FILES).exclude(question=None).update(question=None)
    kept = set(ImportRun.objects.filter(status__in=ImportRun.LIVE).values_list("folder", flat=True))
    kept |= set(ImportRun.objects.filter(stage=ImportRun.Stage.READY).values_list("folder", flat=True))
    place = settings.RECOMPRA_HOME / "imports"
    for folder in place.iterdir() if place.is_dir() else ():
        is_old = folder.stat().st_mtime < (now - FILES).timestamp()
        if is_old and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    for upload in settings.FILE_UPLOAD_TEMP_DIR.iterdir():
        if upload.stat().st_mtime < (now - FILES).timestamp():
            upload.unlink(missing_ok=True)


def publish_left() -> None:
    """The clock's call for batches that are ready although their publication failed, on a full disk for
    one.
    """
    if ImportRun.objects.filter(stage=ImportRun.Stage.READY).exists():
        publish.ask()
