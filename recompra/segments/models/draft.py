"""What somebody is building: kept at every change, so that a reload or a closed browser loses nothing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SegmentDraft(models.Model):
    """One unsaved segment per person, and one unsaved change per person and segment.

    `content` is the form as it stood (`builder.draft.Draft`), complete or not; `before` the same before the
    last thing was taken away. `seen_version` and `seen`: the segment as it was when the change began, so that
    who saves over a colleague's work can be told what it was.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    segment = models.ForeignKey(
        "segments.Segment", null=True, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    content = models.JSONField()
    before = models.JSONField(null=True)
    seen_version = models.PositiveIntegerField(null=True)
    seen = models.JSONField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "owner"], name="segments_draft_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(segment__isnull=True), name="segments_draft_new_once"
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
