"""Why a record is nobody, who said so, and the documents that are the shop's own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.customers.models.person import Customer


class ApartDecision(models.Model):
    """A record was kept apart from people, or taken back among them; the newest one holds.

    `apart` is what `Customer.apart` became. `evidence`: the code of what was found. Without `by` the search
    decided, and a person's word stands against it for good.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    apart = models.CharField(max_length=11, choices=Customer.Apart, blank=True, default="")
    evidence = models.CharField(max_length=24, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="customers_apart_customer")]

    def __str__(self) -> str:
        return f"customer {self.customer_id} kept apart: {self.apart}"


class OwnDocument(models.Model):
    """A CPF or CNPJ of the shop itself, typed at the till when the customer gives none."""

    value = models.CharField(_("CPF or CNPJ"), max_length=14, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"own document {self.pk}"
