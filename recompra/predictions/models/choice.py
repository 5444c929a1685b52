"""What the shop chose about predictions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class PredictionSettings(models.Model):
    """One version of the shop's choices; the newest is in force. Null: Recompra chooses, from the sales."""

    horizon_days = models.PositiveSmallIntegerField(
        null=True, help_text="over how many days the risk of loss is told"
    )
    active_days = models.PositiveSmallIntegerField(
        null=True, help_text="how many days after the last purchase a customer still is active"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"prediction settings {self.pk}"
