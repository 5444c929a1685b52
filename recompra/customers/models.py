"""Who: the person or company, how to reach them, and where they stand."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recompra.customers.keyfield import KeyField
from recompra.customers.keys import CustomerKey
from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease

__all__ = [
    "ContactAttempt",
    "ContactPoint",
    "Customer",
    "CustomerKey",
    "ExternalId",
    "Refresh",
    "RfmCuts",
    "Standing",
]


class Customer(models.Model):
    """One person or company. `public_id` is what addresses show; no personal datum ever stands in a URL."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("female")
        MALE = "M", _("male")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    name_key = KeyField(max_length=200, blank=True, default="", editable=False)
    cpf = models.CharField("CPF", max_length=11, null=True, blank=True, unique=True)
    cnpj = models.CharField("CNPJ", max_length=14, null=True, blank=True, unique=True)
    rg = models.CharField("RG", max_length=20, blank=True, default="")
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True, default="")
    marital_status = models.CharField(_("marital status"), max_length=20, blank=True, default="")
    street = models.CharField(_("address"), max_length=200, blank=True, default="")
    postcode = models.CharField(_("postcode"), max_length=8, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    state = models.CharField(_("state"), max_length=2, blank=True, default="")
    accepts_contact = models.BooleanField(_("accepts contact"), null=True, default=None)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["name_key", "id"], name="customers_customer_name")]

    def __str__(self) -> str:
        return f"customer {self.pk}"

    @property
    def title(self) -> str:
        return title(self.name, self.public_id)


def title(name: str, public_id: uuid.UUID) -> str:
    """The name; for who has none, a word with the end of the public id."""
    return name or gettext("Customer %(code)s") % {"code": str(public_id)[-8:]}


class ContactPoint(models.Model):
    """A way to reach a customer: `value` is the e-mail in lower case, or the E.164 digits of a phone.

    `match_key`: the same e-mail; of a phone `identifiers.Phone.match_key` (last 8 digits + area code), so
    that a search with or without area code is a prefix of it, and a missing ninth digit does not matter.
    """

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("mobile")
        PHONE = "phone", _("landline")
        EMAIL = "email", _("e-mail")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="contact_points", db_index=False
    )  # the unique constraint begins with it
    kind = models.CharField(max_length=6, choices=Kind)
    value = models.CharField(max_length=254)
    match_key = KeyField(max_length=254)
    source = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "match_key"], name="customers_contact_once"),
        ]
        indexes = [models.Index(fields=["match_key", "kind"], name="customers_contact_match")]

    def __str__(self) -> str:
        return f"{self.kind} of customer {self.customer_id}"


class ExternalId(models.Model):
    """What another system calls this customer: `source` names the system, `value` its id there."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="customers_external_once")]

    def __str__(self) -> str:
        return f"{self.source} id of customer {self.customer_id}"


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


class ContactAttempt(models.Model):
    """Somebody of the shop opened a conversation with a customer. The text itself is not kept."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_attempts")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    channel = models.CharField(max_length=12, default="whatsapp")
    reason = models.CharField(max_length=24, blank=True, default="", help_text="the segment at that moment")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="customers_attempt_at")]

    def __str__(self) -> str:
        return f"{self.channel} to customer {self.customer_id}"


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
        pass

    def __str__(self) -> str:
        return f"refresh {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.customers.refresh import perform  # it needs the models above

        perform(self, lease)
