"""How to reach a customer, and who opened a conversation with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.customers.keyfield import KeyField
from recompra.customers.models.person import Customer


class Origin(models.TextChoices):
    """Who says so. What was looked up outside needs a legal basis of its own (LGPD, art. 7)."""

    SYSTEM = "system", _("the shop's system")
    GOOGLE = "google", "Google"
    RECEITA = "receita", "Receita Federal"
    CUSTOMER = "customer", _("the customer")
    ATTENDANT = "attendant", _("an attendant")


OUTSIDE = frozenset((Origin.GOOGLE, Origin.RECEITA))
"""Origins that nobody of the shop and not the customer gave."""


class ContactPoint(models.Model):
    """A way to reach a customer: `value` is the e-mail in lower case, or the E.164 digits of a phone.

    `match_key`: the same e-mail; of a phone `identifiers.Phone.match_key` (last 8 digits + area code), so
    that a search with or without area code is a prefix of it, and a missing ninth digit does not matter.
    `source` names the system that an import brought it from; `legal_basis` is set where it was looked up.
    Of a company it may be one person's: `person`.
    """

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("mobile")
        PHONE = "phone", _("landline")
        EMAIL = "email", _("e-mail")

    class Use(models.TextChoices):
        """What it may be used for, before consents and blocks are asked."""

        ANY = "any", _("anything")
        SERVICE = "service", _("service only")
        NONE = "none", _("nothing")

    class Proof(models.TextChoices):
        """How it was confirmed that the customer is reached there."""

        ANSWERED = "answered", _("answered a call or message")
        CONFIRMED = "confirmed", _("the customer confirmed it")
        DOCUMENT = "document", _("stands in a document")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="contact_points", db_index=False
    )  # the unique constraint begins with it
    kind = models.CharField(max_length=6, choices=Kind)
    value = models.CharField(max_length=254)
    match_key = KeyField(max_length=254)
    source = models.CharField(max_length=40, blank=True, default="")
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.SYSTEM)
    use = models.CharField(max_length=7, choices=Use, default=Use.ANY)
    is_preferred = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=9, choices=Proof, blank=True, default="")
    legal_basis = models.CharField(max_length=120, blank=True, default="")
    person = models.ForeignKey(
        "customers.ContactPerson",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="points",
        db_index=False,
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "match_key"], name="customers_contact_once"),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=models.Q(is_preferred=True),
                name="customers_contact_preferred",
            ),
        ]
        indexes = [
            models.Index(fields=["match_key", "kind"], name="customers_contact_match"),
            models.Index(
                fields=["person"], name="customers_contact_person", condition=models.Q(person__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of customer {self.customer_id}"

    @property
    def is_to_confirm(self) -> bool:
        """Looked up outside, and nobody has reached the customer there yet."""
        return self.origin in OUTSIDE and self.verified_at is None


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
