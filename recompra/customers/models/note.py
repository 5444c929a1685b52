"""What colleagues write down about a customer, how it read before, and whom they call to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.customers.models.person import Customer


class Note(models.Model):
    """`text_key`: the text without accents and capitals, as it is searched. A deleted note waits with its
    day and deleter, so that it can be brought back."""

    class Kind(models.TextChoices):
        FEEDBACK = "feedback", _("feedback")
        COMPLAINT = "complaint", _("complaint")
        VISIT = "visit", _("visit")
        CONTACT = "contact", _("contact data")
        OTHER = "other", _("other subject")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.OTHER)
    text = models.TextField()
    text_key = models.TextField(editable=False, default="")
    is_pinned = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["customer", "-is_pinned", "-created_at", "-id"], name="customers_note_shown"
            ),
            models.Index(fields=["customer", "-created_at", "-id"], name="customers_note_told"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} on customer {self.customer_id}"


class NoteVersion(models.Model):
    """How a note read until somebody edited it: `by` and `at` are of the edit that replaced it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    kind = models.CharField(max_length=9, choices=Note.Kind)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"earlier version of note {self.note_id}"


class Mention(models.Model):
    """A colleague called to a note; `read_at` when they said that they have seen it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="customers_mention_once")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="customers_mention_of"),
        ]

    def __str__(self) -> str:
        return f"mention in note {self.note_id}"
