"""When it is time to write to a customer again, as the shop decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class RemarketingRule(models.Model):
    """One version of the rule; the newest is in force. `after_days`: from how many days past the mean
    interval on it is time (1: with a mean of 15 days, on day 16)."""

    after_days = models.PositiveSmallIntegerField(default=1)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"remarketing rule {self.pk}: {self.after_days} days after the mean"
