"""Security incidents with personal data: every one, told to the authority or not (Res. CD/ANPD 15/2024)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.privacy.models.request import Step


class Incident(models.Model):
    """One incident, with what art. 10 of the resolution wants on record; kept at least five years.

    `known_at`: when the shop knew that personal data were affected, from which the clock runs. `due_on` is
    the last day to tell the ANPD and the people, `complement_on` to complete what was told.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("access without permission")
        EXPORT = "export", _("a file that left the shop")
        RECIPIENT = "recipient", _("sent to the wrong person")
        DEVICE = "device", _("device lost or stolen")
        INTRUSION = "intrusion", _("intrusion or malicious program")
        LOSS = "loss", _("data lost or out of reach")
        OTHER = "other", _("other")

    class Risk(models.TextChoices):
        UNKNOWN = "", _("not assessed yet")
        LOW = "low", _("no relevant risk or damage")
        RELEVANT = "relevant", _("relevant risk or damage")

    number = models.CharField(_("number"), max_length=16, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("in one line"), max_length=200)
    happened_at = models.DateTimeField(_("happened at"), null=True, blank=True)
    known_at = models.DateTimeField(_("known at"))
    circumstances = models.TextField(_("circumstances"), blank=True, default="")
    categories = models.JSONField(_("data affected"), default=list, help_text="names of fields, never values")
    people = models.PositiveBigIntegerField(_("people affected"), null=True, blank=True)
    risk = models.CharField(_("risk"), max_length=10, choices=Risk, blank=True, default=Risk.UNKNOWN)
    endangers = models.BooleanField(_("may endanger bodily or moral integrity"), default=False)
    damage = models.TextField(_("assessment of risk and possible damage"), blank=True, default="")
    measures = models.TextField(_("measures taken"), blank=True, default="")
    due_on = models.DateField(_("communicate until"))
    told_authority_at = models.DateTimeField(_("ANPD told at"), null=True, blank=True)
    told_people_at = models.DateTimeField(_("people told at"), null=True, blank=True)
    how_told = models.CharField(_("how the people were told"), max_length=200, blank=True, default="")
    notice_until = models.DateField(_("public notice until"), null=True, blank=True)
    complement_on = models.DateField(_("complete until"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    why_not_told = models.TextField(_("why it was not communicated"), blank=True, default="")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["known_at", "id"], name="privacy_incident_known"),
            models.Index(
                fields=["due_on", "id"], name="privacy_incident_open", condition=Q(closed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class IncidentStep(Step):
    """A step of an incident: `what` is a code of `privacy.incidents.STEPS`."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        indexes = [models.Index(fields=["incident", "id"], name="privacy_step_incident")]

    def __str__(self) -> str:
        return f"{self.what} of incident {self.incident_id}"


class IncidentPerson(models.Model):
    """Somebody whose data an incident touched, and how that is known. Told apart from others by name only on
    the page: here stands the link."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    found_by = models.CharField(max_length=20)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "customer"], name="privacy_incident_person_once")
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} in incident {self.incident_id}"
