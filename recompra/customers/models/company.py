"""The people of a company that is a customer."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from recompra.customers.models.person import Customer


class ContactPerson(models.Model):
    """Somebody to speak to in a company; their own phones and e-mails are contact points of the company."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_persons")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=80, blank=True, default="", help_text="what they do there")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"contact person {self.pk} of customer {self.customer_id}"
