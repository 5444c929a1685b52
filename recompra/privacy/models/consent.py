"""What people agreed to and what they refused: an append-only ledger, its texts, and its fold."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a person may agree to (LGPD art. 8, §4: for determined purposes, never in general)."""

    MARKETING = "marketing", _("offers and news")
    LOYALTY = "loyalty", _("loyalty programme")
    GIFTBACK = "giftback", _("giftback")


class Channel(models.TextChoices):
    ANY = "", _("every channel")
    WHATSAPP = "whatsapp", "WhatsApp"
    SMS = "sms", "SMS"
    EMAIL = "email", _("e-mail")


class Action(models.TextChoices):
    """What the person said. `object`: opposed a processing that needs no consent (art. 18, §2)."""

    GRANT = "grant", pgettext_lazy("consent", "agreed")
    REVOKE = "revoke", pgettext_lazy("consent", "withdrew")
    OBJECT = "object", pgettext_lazy("consent", "objected")


STRICTNESS = (Action.GRANT, Action.REVOKE, Action.OBJECT)
"""From the mildest on: of what was said at one moment, the strictest holds."""


class ConsentText(models.Model):
    """The words that people agreed to. Never changed: a new version is written."""

    purpose = models.CharField(_("purpose"), max_length=9, choices=Purpose)
    version = models.PositiveIntegerField()
    text = models.TextField(_("text"), max_length=4000)
    sha256 = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="privacy_text_version")]

    def __str__(self) -> str:
        return f"text {self.purpose} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A text that people agreed to is never changed: write a new version.")
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        super().save(*args, **kwargs)


class Ledger(models.QuerySet["ConsentEvent"]):
    """Only grows. Erasing a person goes by the base manager."""

    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("What a person said is never changed: append what they say now.")

    def delete(self) -> NoReturn:
        raise TypeError("What a person said is never deleted, but with the person.")


class ConsentEvent(models.Model):
    """One thing a person said about one purpose and channel, with what proves it (LGPD art. 8, §2).

    `at`: when it was said, `recorded_at`: when we came to know. `source`: the form, store, system or file;
    `evidence`: what there is to show, such as where the signed form is kept; `ip` is cut to its network.
    """

    class Origin(models.TextChoices):
        FORM = "form", pgettext_lazy("consent", "form")
        STORE = "store", pgettext_lazy("consent", "in the store")
        IMPORT = "import", pgettext_lazy("consent", "import")
        ATTENDANT = "attendant", pgettext_lazy("consent", "attendant")
        REQUEST = "request", pgettext_lazy("consent", "privacy request")
        MERGE = "merge", pgettext_lazy("consent", "merge of records")

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="consent_events"
    )
    action = models.CharField(_("action"), max_length=6, choices=Action)
    purpose = models.CharField(_("purpose"), max_length=9, choices=Purpose)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, blank=True, default=Channel.ANY)
    text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(_("origin"), max_length=9, choices=Origin)
    source = models.CharField(_("source"), max_length=120, blank=True, default="")
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ip = models.GenericIPAddressField(null=True, blank=True)

    objects: ClassVar[models.Manager[ConsentEvent]] = models.Manager.from_queryset(Ledger)()

    def __str__(self) -> str:
        return f"{self.action} {self.purpose} of customer {self.customer_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("What a person said is never changed: append what they say now.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What a person said is never deleted, but with the person.")


class Consent(models.Model):
    """Where a person stands about one purpose and channel: the fold of their events, kept with them."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="consents", db_index=False
    )  # the unique constraint begins with it
    purpose = models.CharField(max_length=9, choices=Purpose)
    channel = models.CharField(max_length=8, choices=Channel, blank=True, default=Channel.ANY)
    state = models.CharField(max_length=6, choices=Action)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "purpose", "channel"], name="privacy_consent_once")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.purpose} of customer {self.customer_id}"
