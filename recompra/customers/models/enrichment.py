"""What public sources say of a company: the published files, the answers kept for a while."""

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


class CompanyRecord(models.Model):
    """What the published CNPJ files say of a company that is our customer; nobody else's row is kept.
    `found` is the adapter's `Found` as plain data."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="company_records")
    cnpj = models.CharField(max_length=14, unique=True)
    found = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"public record of customer {self.customer_id}"


class LookUp(models.Model):
    """The last answer of one source about a customer, until it expires. `question` is a digest of what was
    asked: another question makes the answer stale. `found` empty: the source knows nothing."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="look_ups", db_index=False)
    adapter = models.CharField(max_length=20)
    question = models.CharField(max_length=64)
    found = models.JSONField(default=dict)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "adapter"], name="customers_lookup_once")]
        indexes = [models.Index(fields=["expires_at"], name="customers_lookup_expires")]

    def __str__(self) -> str:
        return f"{self.adapter} about customer {self.customer_id}"


class CnpjReading(Due):
    """The reading of published CNPJ files. `cursor` is how many of the files were read whole."""

    files = models.JSONField(default=list, help_text="paths on this machine")
    cursor = models.PositiveIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    companies = models.PositiveIntegerField(default=0, help_text="of our customers, found in the files")

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("reading of the CNPJ files")

    def __str__(self) -> str:
        return f"reading {self.pk} of the CNPJ files"

    def perform(self, lease: Lease) -> None:
        from recompra.customers.enrichment.published import perform  # it needs the models above

        perform(self, lease)
