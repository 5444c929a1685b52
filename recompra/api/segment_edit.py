"""Writing a segment, upon the version that was seen: nobody overwrites a colleague's work unseen."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.api.problem import Problem, not_found
from recompra.segments.models import Segment
from recompra.segments.upkeep.fresh import ask

Given = dict[str, Any]


def create(given: Given) -> Segment:
    """A new segment of these fields; its people are found soon. Raises Problem (409) for a name taken."""
    now = timezone.now()
    try:
        with transaction.atomic():
            made = Segment.objects.create(**given, created_at=now, updated_at=now)
    except IntegrityError:
        raise _same_name() from None
    ask("rule")
    return made


def change(segment: Segment, given: Given, seen: int) -> Segment:
    """Write upon the version seen. Raises Problem: 412 for another version, 409 for a name that is taken."""
    fields = given | {"updated_by": None, "updated_at": timezone.now(), "broken": ""}
    try:
        with transaction.atomic():
            _write(segment, fields, seen)
    except IntegrityError:
        raise _same_name() from None
    ask("rule")
    return Segment.objects.get(pk=segment.pk)


def archive(segment: Segment, seen: int) -> None:
    """Put away, not deleted: something may still name it. Raises Problem (412) for another version."""
    _write(segment, {"archived_at": timezone.now()}, seen)


def _write(segment: Segment, fields: Given, seen: int) -> None:
    asked = Segment.objects.filter(pk=segment.pk, archived_at=None)
    if asked.filter(version=seen).update(**fields, version=F("version") + 1):
        return
    if not asked.exists():
        raise not_found()
    sentence = _("Somebody changed this segment meanwhile: read it again and decide.")
    raise Problem(412, "version_changed", sentence, field="If-Match")


def _same_name() -> Problem:
    return Problem(
        409, "name_taken", _("There is a segment of this name in the folder already."), field="name"
    )
