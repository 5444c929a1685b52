"""A fitted model as it is kept."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ModelRecord(models.Model):
    """One version of one model: the content of `part.Record`, small. Versions are numbered through all
    models: those that changed in one refresh share a number. A model whose numbers stayed keeps its older
    version.
    """

    name = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    as_of = models.DateField()
    fitted_at = models.DateTimeField(default=timezone.now)
    horizon_days = models.PositiveSmallIntegerField()
    active_days = models.PositiveSmallIntegerField()
    parameters = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    accuracy = models.JSONField(null=True)
    is_shown = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-version", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="predictions_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
