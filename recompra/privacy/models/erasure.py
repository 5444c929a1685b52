"""Forgetting a person: the work, step by step, with its receipt, and whom never to take in again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class Erasure(Due):
    """One person, forgotten. Names nobody: `public_id` and `customers` (the record's id, and those of records
    merged into it) lead nowhere once it is done.

    `step` is the last one completed. `receipt`: {"deleted": {table: rows}, "kept": {table: rows}, "blocks":
    see `privacy.erasure.kept_blocks`, and more numbers}. `is_replay`: done again after an older backup was
    restored.
    """

    class Step(models.TextChoices):
        ASKED = "", _("asked for")
        REMEMBERED = "remembered", _("noted, so that nobody takes the person in again")
        FORGOTTEN = "forgotten", _("records deleted, link to the purchases torn")
        CLEARED = "cleared", _("files and copies deleted")
        REWRITTEN = "rewritten", _("bytes on disk overwritten")
        PROVED = "proved", _("receipt written")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    public_id = models.UUIDField()
    customers = models.JSONField(default=list, help_text="ids of the records, the person's own first")
    request = models.ForeignKey(
        "privacy.PrivacyRequest", null=True, on_delete=models.SET_NULL, related_name="erasures"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    step = models.CharField(max_length=10, choices=Step, blank=True, default=Step.ASKED)
    receipt = models.JSONField(default=dict)
    is_replay = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="when the records were gone")

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("erasure")
        constraints = [
            models.UniqueConstraint(
                fields=["public_id"], condition=Q(status__in=Due.LIVE), name="privacy_erasure_one_lives"
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.privacy.erasure.erase import perform  # it needs the models above

        perform(self, lease)


class ErasedIdentifier(models.Model):
    """Something that told an erased person from others, as a keyed hash that cannot be read back without the
    key: see `privacy.suppression`. `kind`: cpf, cnpj, rg, email, mobile, phone, or `external:<system>`."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "erasure"], name="privacy_erased_once")]

    def __str__(self) -> str:
        return f"erased {self.kind}"
