"""What the shop says first, per segment."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class ReadyText(models.Model):
    """The shop's own opening text for a segment, or about a product (`ready_text.PRODUCT_TEXTS`); without a
    row the text that comes with Recompra holds."""

    segment = models.CharField(max_length=24, unique=True)
    text = models.TextField(max_length=800)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"ready text for {self.segment}"
