"""Reports that somebody asked for, and the targets that the shop set itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.dashboards import report_file
from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class Report(Due):
    """An RFM report as of a day: made by the worker, kept for a day, for who asked alone.

    `since` None counts purchases from the beginning; `store` None is every store that its asker may see.
    `unmasked` was settled by the asker's role when it was asked for."""

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel (.xlsx)")
        CSV = "csv", _("CSV, opens in any spreadsheet")
        PARQUET = "parquet", _("Parquet, for data tools")

    class Reason(models.TextChoices):
        RELATIONSHIP = "relationship", _("to contact customers")
        ANALYSIS = "analysis", _("to analyse the shop's results")
        AUDIT = "audit", _("to check or audit figures")
        OTHER = "other", _("other work of the shop")

    as_of = models.DateField()
    since = models.DateField(null=True, blank=True)
    store = models.ForeignKey(
        "accounts.Store", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    format = models.CharField(max_length=7, choices=Format, default=Format.XLSX)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unmasked = models.BooleanField(default=False)
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.ANALYSIS)
    rows = models.IntegerField(null=True, blank=True)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("RFM report")

    def __str__(self) -> str:
        return f"RFM report {self.pk} as of {self.as_of}"

    @property
    def path(self) -> Path:
        return Path(settings.RECOMPRA_HOME) / "reports" / f"{self.pk}.{self.format}"

    @property
    def at_hand(self) -> bool:
        """Whether the file is made and still kept."""
        return self.status == self.Status.DONE and self.path.exists()

    def perform(self, lease: Lease) -> None:
        report_file.make(self, lease)


class IdentifiedTarget(models.Model):
    """Which share of its sales a store wants to know the customer of, in percent; None: no target any more.

    Never changed: the row of a store that was decided last counts, the others are its history.
    """

    store = models.ForeignKey(
        "accounts.Store", on_delete=models.CASCADE, related_name="+", verbose_name=_("Store")
    )
    percent = models.PositiveSmallIntegerField(null=True)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__range=(1, 100)),
                name="dashboards_target_percent",
            )
        ]

    def __str__(self) -> str:
        return f"target of store {self.store_id}: {self.percent}%"
