"""How long the shop keeps what, what the law makes it hold longer, and each run that clears up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class RetentionRule(models.Model):
    """The shop's own decision about one kept class (`privacy.retention.kept`): months, null is for ever."""

    code = models.CharField(max_length=30, unique=True)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"retention of {self.code}"


class LegalHold(models.Model):
    """A record that must stay although it may otherwise go: a claim, an order of a court (LGPD art. 16, I).

    Never deleted: lifted. `until` is the last day it holds; null is until it is lifted.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="legal_holds")
    reason = models.CharField(_("reason"), max_length=200)
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["customer"], name="privacy_hold_standing", condition=Q(lifted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"hold of customer {self.customer_id}"


class RetentionRun(Due):
    """One clearing up of one kept class: first dry (counted and shown), then, confirmed, the real one.

    A real run names the dry one that was shown before it (`after`) and goes no further than its `before`.
    `sample` holds ids, never values.
    """

    code = models.CharField(max_length=30)
    is_dry = models.BooleanField(default=True)
    months = models.PositiveSmallIntegerField()
    before = models.DateField(help_text="what is older than this day goes")
    after = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="real")
    found = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0, help_text="kept back by a legal hold")
    sample = models.JSONField(default=list)
    cursor = models.BigIntegerField(default=0)
    gone = models.BigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Due.Meta):
        verbose_name = _("retention run")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(status__in=Due.LIVE), name="privacy_retention_one_runs"
            )
        ]

    def __str__(self) -> str:
        return f"retention run {self.pk} of {self.code}"

    def perform(self, lease: Lease) -> None:
        from recompra.privacy.retention.clear import perform  # it needs the models above

        perform(self, lease)
