"""What ingest keeps: the runs, the one writer's turn, rows set aside, header mappings, and who was seen
where.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.work.models import Due

if TYPE_CHECKING:
    from pathlib import Path

    from recompra.work.lease import Lease


def new_batch() -> int:
    """A random positive 62-bit number: a batch keeps its name although databases be restored beside each
    other.
    """
    return secrets.randbits(62) or 1


def new_folder() -> str:
    return secrets.token_hex(12)


class ImportRun(Due):
    """One import, from the received files to the report. `stage` is the last one that was completed."""

    class Stage(models.TextChoices):
        WAITING = "", _("waiting")
        RECEIVED = "received", _("received")
        STAGED = "staged", _("read")
        NORMALISED = "normalised", _("checked")
        IDENTIFIED = "identified", _("customers identified")
        READY = "ready", _("waiting to be published")
        COMPARED = "compared", _("compared, nothing written")
        PUBLISHED = "published", _("published")

    source = models.CharField(max_length=20)
    system = models.CharField(
        max_length=40, help_text="whose ids these are: the same system, the same customers"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    folder = models.CharField(max_length=24, default=new_folder, unique=True)
    files = models.JSONField(default=list, help_text="names of the files as given")
    options = models.JSONField(default=dict)
    dry_run = models.BooleanField(default=False)
    stage = models.CharField(max_length=12, choices=Stage, blank=True, default=Stage.WAITING)
    batch = models.BigIntegerField(default=new_batch, unique=True)
    question = models.JSONField(null=True, blank=True)
    report = models.JSONField(default=dict)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("import")

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def place(self) -> Path:
        """The folder of this run's files; it goes when the run has ended."""
        return settings.RECOMPRA_HOME / "imports" / self.folder

    def perform(self, lease: Lease) -> None:
        from recompra.ingest.run import perform

        perform(self, lease)


class Publication(Due):
    """The one writer's turn: every batch that is ready goes into the warehouse. At most one of these
    waits.
    """

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("publication of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=Due.Status.WAITING), name="ingest_publication_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.ingest.publish import perform

        perform(self, lease)


class QuarantinedRow(models.Model):
    """A row set aside, with its reason. `raw` is personal data: kept 30 days, then purged by the clock."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="quarantined")
    file = models.CharField(max_length=200, blank=True, default="")
    line = models.BigIntegerField(help_text="record number in the file; the header is 1")
    code = models.CharField(max_length=32)
    raw = models.JSONField(default=list, help_text="[[header in the file, value]] in the file's order")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["run", "code", "id"], name="ingest_quarantine_code"),
            models.Index(fields=["created_at"], name="ingest_quarantine_created"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in line {self.line}"


class HeaderMapping(models.Model):
    """Which of our columns a header of this source means, as somebody of the shop once said."""

    source = models.CharField(max_length=40)
    header = models.CharField(max_length=120)
    column = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "header"], name="ingest_mapping_once")]

    def __str__(self) -> str:
        return f"{self.header} is {self.column}"


class SeenPerson(models.Model):
    """What a system once said of a customer, as a keyed fingerprint: said again, nothing needs to be
    looked at.
    """

    system = models.CharField(max_length=40)
    fingerprint = models.BigIntegerField()
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    created_by = models.BigIntegerField(
        null=True, help_text="the run that made this customer, for cancelling it"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fingerprint", "system"], name="ingest_seen_once")]
        indexes = [
            models.Index(
                fields=["created_by"], name="ingest_seen_created_by", condition=Q(created_by__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} in {self.system}"


class Pepper(models.Model):
    """The secret of this installation under which order and product keys are hashed. One row."""

    value = models.CharField(max_length=64)

    def __str__(self) -> str:
        return "pepper"


def pepper() -> bytes:
    """The installation's 32 secret bytes, made at the first call."""
    row, _made = Pepper.objects.get_or_create(pk=1, defaults={"value": secrets.token_hex(32)})
    return bytes.fromhex(row.value)
