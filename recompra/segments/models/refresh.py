"""The work that keeps who is in which segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class SegmentRefresh(Due):
    """Find everybody's segments anew. `is_full`: all of them from nothing, and what was kept is compared with
    it; else only people of whom something changed are looked at where the day is the same.

    `differed`: memberships in which a full one found the kept ones wrong (there should be none). `version`:
    the generation of the facts that it left, `people` how many profiles stand in it, and `marks` how far the
    records had been read: see `segments.upkeep.fresh`.
    """

    reason = models.CharField(max_length=20, help_text="who asked: load, clock, rule, profile, person")
    is_full = models.BooleanField(default=False)
    as_of = models.DateField(null=True)
    segments = models.IntegerField(default=0)
    entered = models.IntegerField(default=0)
    left = models.IntegerField(default=0)
    differed = models.IntegerField(default=0)
    people = models.IntegerField(default=0)
    version = models.CharField(max_length=60, blank=True, default="")
    marks = models.JSONField(default=dict)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("segments")
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=Due.Status.WAITING, cancel_requested=False),
                name="segments_refresh_waiting_once",
            )
        ]

    def __str__(self) -> str:
        return f"segment refresh {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.segments.refresh import perform  # it needs the models above

        perform(self, lease)
