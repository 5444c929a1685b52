"""How to reach a customer, and who opened a conversation with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.customers.keyfield import KeyField
from recompra.customers.models.person import Customer


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
