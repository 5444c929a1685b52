"""A rule with a name, and how many people it held on each day."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A saved rule (`rule.read` understands `rule`). Never deleted while something may still name it:
    archived.

    `version` counts the edits: who saves on top of an older one is told what changed meanwhile.
    `ready_code`: one of `segments.ready`; the shop may change it like any other.
    The figures are of the whole shop at the last refresh, `counted_at`: who is in it, R$ they spent in all,
    and how many a campaign may reach. `since`: from when on its entries and exits are recorded.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    folder = models.CharField(_("folder"), max_length=60, blank=True, default="")
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    rule = models.JSONField()
    version = models.PositiveIntegerField(default=1, editable=False)
    ready_code = models.CharField(max_length=30, blank=True, default="", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)
    people = models.IntegerField(null=True, editable=False)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, editable=False)
    reach_whatsapp = models.IntegerField(null=True, editable=False)
    reach_email = models.IntegerField(null=True, editable=False)
    reach_sms = models.IntegerField(null=True, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)
    counted_version = models.PositiveIntegerField(null=True, editable=False)
    since = models.DateTimeField(null=True, editable=False)
    broken = models.CharField(max_length=300, blank=True, default="", editable=False)

    class Meta:
        ordering = ["folder", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "name"],
                condition=Q(archived_at__isnull=True),
                name="segments_segment_name_once",
            ),
            models.UniqueConstraint(
                fields=["ready_code"], condition=~Q(ready_code=""), name="segments_segment_ready_once"
            ),
        ]

    def __str__(self) -> str:
        return f"segment {self.pk}"


class SegmentSize(models.Model):
    """How many people a segment held at the end of a day, and the R$ that they had spent in all."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes", db_index=False)
    day = models.DateField()
    people = models.IntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=2)
    entered = models.IntegerField(default=0)
    left = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="segments_size_once")]

    def __str__(self) -> str:
        return f"size of segment {self.segment_id} on {self.day}"
