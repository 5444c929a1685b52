"""A list of people that somebody asked for as a file, and the columns that each colleague likes to see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class ListExport(Due):
    """A list written by the worker, kept for a day, for who asked and nobody else.

    `question` says who is in it (`found.question`), `columns` what stands of each. `unmasked` was settled by
    the asker's role when it was asked for, and is asked again when it is written. `left_out` counts whom a
    campaign may not reach, by reason. `destination` "" is a list for people.
    """

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel (.xlsx)")
        CSV = "csv", _("CSV, opens in any spreadsheet")
        PARQUET = "parquet", _("Parquet, for data tools")

    class Use(models.TextChoices):
        """What the list is for; only an analysis holds people whom the shop may not contact."""

        ANALYSIS = "analysis", pgettext_lazy("use of a list", "To analyse: everybody found")
        WHATSAPP = "whatsapp", _("WhatsApp campaign: only who may receive it")
        EMAIL = "email", _("E-mail campaign: only who may receive it")
        SMS = "sms", _("SMS campaign: only who may receive it")

    question = models.JSONField()
    told = models.CharField(max_length=300, blank=True, default="")
    columns = models.JSONField(default=list)
    sort = models.CharField(max_length=10, blank=True, default="")
    use = models.CharField(max_length=8, choices=Use, default=Use.ANALYSIS)
    destination = models.CharField(max_length=30, blank=True, default="")
    format = models.CharField(max_length=7, choices=Format, default=Format.XLSX)
    reason = models.CharField(max_length=120)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unmasked = models.BooleanField(default=False)
    rows = models.IntegerField(null=True, blank=True)
    left_out = models.JSONField(default=dict, blank=True)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("list of people")

    def __str__(self) -> str:
        return f"list {self.pk}"

    @property
    def path(self) -> Path:
        return Path(settings.RECOMPRA_HOME) / "lists" / f"{self.pk}.{self.format}"

    @property
    def at_hand(self) -> bool:
        """Whether the file is made and still kept."""
        return self.status == self.Status.DONE and self.path.exists()

    def perform(self, lease: Lease) -> None:
        from recompra.segments.export.file import make  # it needs the models above

        make(self, lease)

    def lease_abandoned(self) -> None:
        self.path.unlink(missing_ok=True)


class ListColumns(models.Model):
    """Which columns of a list of people a colleague chose, in the order in which they are offered."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    names = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"list columns of user {self.user_id}"
