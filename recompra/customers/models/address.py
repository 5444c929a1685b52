"""Where a customer lives, works and receives."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.customers.models.contact import Origin
from recompra.customers.models.person import Customer


class Address(models.Model):
    """A further address. The main one stands on the customer's own record."""

    class Kind(models.TextChoices):
        HOME = "home", _("home")
        DELIVERY = "delivery", pgettext_lazy("address", "delivery")
        BILLING = "billing", _("billing")
        WORK = "work", _("business")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=8, choices=Kind)
    street = models.CharField(max_length=200)
    number = models.CharField(max_length=20, blank=True, default="")
    complement = models.CharField(max_length=80, blank=True, default="")
    district = models.CharField(max_length=80, blank=True, default="")
    postcode = models.CharField(max_length=8, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=2, blank=True, default="")
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.ATTENDANT)
    legal_basis = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} address of customer {self.customer_id}"
