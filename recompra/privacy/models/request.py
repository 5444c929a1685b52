"""What a data subject asks of the shop under the LGPD, and each step until it is answered."""

from __future__ import annotations

import datetime as dt
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PrivacyRequest(models.Model):
    """One request, under its protocol. Of a customer, or of somebody not (yet) found among them.

    `due_on` is the last day to answer, `alert_on` the day from which it is urgent. Who was erased leaves
    protocol, kind, dates and outcome behind, without name, contact or words (`forget_when_closed` until
    then).
    """

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", _("Confirmation that data are processed")
        ACCESS = "access", _("Access to the data")
        CORRECTION = "correction", _("Correction")
        ANONYMISATION = "anonymisation", _("Anonymisation")
        BLOCKING = "blocking", _("Blocking")
        DELETION = "deletion", _("Deletion")
        PORTABILITY = "portability", _("Portability")
        SHARING = "sharing", _("Information about sharing")
        REFUSING = "refusing", _("Information about refusing consent")
        REVOCATION = "revocation", _("Withdrawal of consent")
        OPPOSITION = "opposition", _("Opposition")
        REVIEW = "review", _("Review of an automated decision")

    class Channel(models.TextChoices):
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")
        STORE = "store", _("in the store")
        WHATSAPP = "whatsapp", _("WhatsApp")
        SITE = "site", _("website")
        LETTER = "letter", _("letter")
        AUTHORITY = "authority", _("authority (ANPD, Procon, court)")

    class Identity(models.TextChoices):
        UNCHECKED = "", _("not checked yet")
        DOCUMENT = "document", _("document with photo, seen")
        KNOWN_CONTACT = "known_contact", _("call or message to a contact already on record")
        QUESTIONS = "questions", _("questions that only the person can answer")
        SIGNATURE = "signature", _("electronic signature (gov.br, ICP-Brasil)")
        ATTORNEY = "attorney", _("representative, with power of attorney seen")

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        FULFILLED = "fulfilled", _("fulfilled")
        PARTLY = "partly", _("fulfilled in part")
        REFUSED = "refused", _("refused")
        NOTHING_HELD = "nothing_held", _("no data found")
        WITHDRAWN = "withdrawn", _("withdrawn by the person")

    protocol = models.CharField(_("protocol"), max_length=16, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    simplified = models.BooleanField(
        _("simplified"), default=False, help_text="art. 19, I: answered at once, in simplified form"
    )
    channel = models.CharField(_("how it came in"), max_length=10, choices=Channel)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="privacy_requests"
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    name_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    contact = models.CharField(_("contact"), max_length=200, blank=True, default="")
    asked = models.TextField(_("what the person asks"), blank=True, default="")
    received_on = models.DateField(_("received on"))
    alert_on = models.DateField()
    due_on = models.DateField(_("answer until"))
    alerted_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    identity = models.CharField(
        _("identity checked by"), max_length=14, choices=Identity, blank=True, default=Identity.UNCHECKED
    )
    identity_at = models.DateTimeField(null=True, blank=True)
    identity_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default=Outcome.OPEN)
    refusal = models.CharField(_("reason of the refusal"), max_length=14, blank=True, default="")
    explanation = models.TextField(_("explanation to the person"), blank=True, default="")
    letter = models.TextField(_("letter"), blank=True, default="")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    forget_when_closed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="privacy_request_open", condition=Q(answered_at__isnull=True)
            ),
            models.Index(fields=["received_on", "id"], name="privacy_request_received"),
            models.Index(fields=["customer", "created_at"], name="privacy_request_customer"),
        ]

    def __str__(self) -> str:
        return f"request {self.protocol}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def is_identified(self) -> bool:
        return bool(self.identity)

    def days_left(self, today: dt.date) -> int:
        """Days until the last one to answer; negative when it is over."""
        return (self.due_on - today).days


class Steps(models.QuerySet[Any]):
    """History is written once. What it said in free words may be blanked when its person is erased."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The history is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The history is append-only.")

    def blank(self) -> int:
        """Take the free words out, and say of how many steps; who, when and what stay."""
        return models.QuerySet.update(self.exclude(text=""), text="")


class Step(models.Model):
    """One step of a history: who did what, when, in which words. Never changed, never deleted alone."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=16)
    text = models.TextField(blank=True, default="")

    objects = Steps.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The history is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The history is append-only.")


class RequestStep(Step):
    """A step of a request: `what` is a code of `privacy.requests.STEPS`."""

    request = models.ForeignKey(PrivacyRequest, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        indexes = [models.Index(fields=["request", "id"], name="privacy_step_request")]

    def __str__(self) -> str:
        return f"{self.what} of request {self.request_id}"
