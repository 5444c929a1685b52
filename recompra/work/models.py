"""A row that is due: what every kind of waiting work has in common, the ticks of the clock, and who works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.base import ModelBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from recompra.work.lease import Lease

LEASE_COLUMNS = frozenset(
    {
        "status",
        "owner",
        "lease_until",
        "attempt",
        "failures",
        "lapses",
        "error",
        "refused",
        "cancel_requested",
        "progress_done",
        "progress_total",
        "progress_phase",
        "started_at",
        "finished_at",
    }
)


class Due(models.Model):
    """Work that waits in its own room's table until the worker claims it.

    A subclass gives `perform`. Delivery is at least once: `perform` must be able to run again from any point.
    Arguments of the work are ids in its own columns, never personal data; `error` holds a scrubbed sentence.
    Where only one of a kind may be alive, the subclass adds
    `UniqueConstraint(fields=[...], condition=Q(status__in=Due.LIVE))`.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        DEAD = "dead", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    LIVE: ClassVar = (Status.WAITING, Status.RUNNING)

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    priority = models.SmallIntegerField(default=0)
    owner = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(
        default=0, help_text="counts every claim; with the owner it is the fence"
    )
    failures = models.PositiveSmallIntegerField(default=0, help_text="performs that ended in an error")
    lapses = models.PositiveSmallIntegerField(
        default=0, help_text="leases that ran out: the process was killed"
    )
    max_attempts = models.PositiveSmallIntegerField(default=5)
    error = models.TextField(blank=True, default="")
    refused = models.BooleanField(default=False, help_text="`error` is a sentence for the person")
    cancel_requested = models.BooleanField(default=False)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    progress_phase = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    leased: bool = False

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["status", "due_at", "-priority", "id"], name="%(app_label)s_%(class)s_due"),
        ]

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """While leased (inside `perform`) a plain save leaves the lease's columns alone: their truth is in
        the database, where the heartbeat and a request to cancel write them."""
        if self.leased and update_fields is None:
            update_fields = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.name not in LEASE_COLUMNS
            ]
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
        )

    def perform(self, lease: Lease) -> None:
        """Do the work. Call `lease.keep()` between steps; raise `Refused` for what no retry can mend."""
        raise NotImplementedError

    def lease_abandoned(self) -> None:
        """Called once the row was cancelled or discarded: remove its files."""

    @property
    def work_id(self) -> str:
        """A name for elements of a page, unique among all kinds of work."""
        return f"work-{self._meta.app_label}-{self._meta.model_name}-{self.pk}"

    @property
    def sentence(self) -> str:
        """Why the work was refused, for the person; empty when it was not, or failed otherwise."""
        return self.error if self.refused else ""

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def remaining_minutes(self) -> int | None:
        """Whole minutes left at the pace so far (0: less than one); None while it is too early to say."""
        if self.status != self.Status.RUNNING or self.started_at is None:
            return None
        elapsed = (timezone.now() - self.started_at).total_seconds()
        if elapsed < 3 or not 0 < self.progress_done < self.progress_total:
            return None
        return int(elapsed * (self.progress_total - self.progress_done) / self.progress_done // 60)


class Tick(models.Model):
    """One stroke of the clock: the unique pair makes each scheduled act asked for once."""

    name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "at"], name="work_tick_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"


class Worker(models.Model):
    """A worker process and when it was last seen, so that `recompra check` can say that none is running."""

    owner = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.owner
