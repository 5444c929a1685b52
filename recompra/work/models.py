"""A row that is due: what every kind of waiting work has in common, and the ticks of the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class Due(models.Model):
    """Work that waits in its own room's table until the worker claims it.

    A subclass gives `perform`. Delivery is at least once: `perform` must be able to run again from any point.
    Arguments of the work are ids in its own columns, never personal data; `error` holds a scrubbed sentence.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        DEAD = "dead", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    LIVE = (Status.WAITING, Status.RUNNING)

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    priority = models.SmallIntegerField(default=0)
    owner = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    error = models.TextField(blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    progress_phase = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["status", "due_at", "-priority", "id"], name="%(app_label)s_%(class)s_due"),
        ]

    def perform(self, lease: Lease) -> None:
        """Do the work. Call `lease.keep()` between steps; raise `Refused` for what trying again cannot mend."""
        raise NotImplementedError


class Tick(models.Model):
    """One stroke of the clock: the unique pair means that each scheduled act is asked for once, whoever asks."""

    name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "at"], name="work_tick_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
