"""Where a customer stands today, by which cuts, and the work that computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.customers.models.person import Customer
from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class Standing(models.Model):
    """Where a customer stands today, published from the warehouse: what lists sort and filter by."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    segment = models.CharField(max_length=24)
    recency_score = models.PositiveSmallIntegerField()
    frequency_score = models.PositiveSmallIntegerField()
    monetary_score = models.PositiveSmallIntegerField()
    last_on = models.DateField()
    first_on = models.DateField()
    orders = models.IntegerField()
    frequency = models.IntegerField(help_text="purchase days in the window")
    monetary = models.DecimalField(max_digits=18, decimal_places=2, help_text="net spend in the window, R$")
    ltv = models.DecimalField(
        max_digits=18, decimal_places=2, help_text="net spend since the first purchase, R$"
    )
    mean_interval_days = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    store = models.ForeignKey(  # an index of its own would only repeat the two below that begin with it
        "accounts.Store", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["-ltv", "-customer"], name="customers_standing_ltv"),
            models.Index(fields=["-last_on", "-customer"], name="customers_standing_last"),
            models.Index(fields=["segment", "-ltv", "-customer"], name="customers_standing_seg_ltv"),
            models.Index(fields=["segment", "-last_on", "-customer"], name="customers_standing_seg_last"),
            models.Index(fields=["store", "-ltv", "-customer"], name="customers_standing_store_ltv"),
            models.Index(fields=["store", "-last_on", "-customer"], name="customers_standing_store_last"),
            models.Index(fields=["store", "segment", "customer"], name="customers_standing_store_seg"),
            models.Index(
                fields=["recency_score", "frequency_score", "-ltv", "-customer"],
                name="customers_standing_cell_ltv",
            ),
            models.Index(
                fields=["recency_score", "frequency_score", "-last_on", "-customer"],
                name="customers_standing_cell_last",
            ),
        ]

    def __str__(self) -> str:
        return f"standing of customer {self.customer_id}"


class RfmCuts(models.Model):
    """One version of the cuts between scores. The newest is in force; older ones explain older scores.

    `recency_edges`, `frequency_edges`, `monetary_edges`: four ascending numbers each (days; purchase days; R$
    as text). See `recompra.analytics.rfm` for what an edge means.
    """

    class Mode(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic")
        MANUAL = "manual", _("chosen by the shop")

    version = models.PositiveIntegerField(unique=True)
    mode = models.CharField(max_length=10, choices=Mode)
    as_of = models.DateField()
    window_days = models.PositiveIntegerField(null=True, help_text="null: all history")
    recency_edges = models.JSONField()
    frequency_edges = models.JSONField()
    monetary_edges = models.JSONField()
    fixed_frequency = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"RFM cuts v{self.version}"


class Refresh(Due):
    """Everybody's scores as of today, computed from the facts, published in the warehouse and as standing."""

    reason = models.CharField(max_length=20, help_text="who asked: import, clock, cuts")
    as_of = models.DateField(null=True)
    cuts_version = models.PositiveIntegerField(null=True)
    people = models.IntegerField(default=0, help_text="standings that hold after it")
    changed = models.IntegerField(default=0, help_text="standings that it wrote or took away")

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("customers' scores")

    def __str__(self) -> str:
        return f"refresh {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.customers.refresh import perform  # it needs the models above

        perform(self, lease)
