"""What changed in a customer's record: when, from what to what, by whom and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.customers.models.person import Customer


class Change(models.Model):
    """One save of one record, never written again; only `undone_by` is added when it is taken back.

    `fields`: a list of {"field": name, "before": text, "after": text}, texts as `fields.stored` writes them
    ("" for nothing). Of a contact point ("mobile", "phone", "email") "" before means added, "" after means
    removed. `names` holds the fields' names as ",cpf,email,", so that they can be looked for.
    `version`: the record's version after it.
    """

    class Origin(models.TextChoices):
        ATTENDANT = "attendant", pgettext_lazy("origin of a change", "attendant")
        IMPORT = "import", pgettext_lazy("origin of a change", "import")
        MERGE = "merge", pgettext_lazy("origin of a change", "merge")
        UNDO = "undo", pgettext_lazy("origin of a change", "undo")
        REQUEST = "request", pgettext_lazy("origin of a change", "privacy request")
        ENRICHMENT = "enrichment", pgettext_lazy("origin of a change", "public data")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="changes", db_index=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    fields = models.JSONField(default=list)
    names = models.CharField(max_length=400)
    version = models.PositiveIntegerField()
    undone_by = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="undoes", editable=False, db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["customer", "at", "id"], name="customers_change_customer"),
            models.Index(fields=["at", "id"], name="customers_change_at"),
            models.Index(
                fields=["by", "at", "id"], name="customers_change_by", condition=Q(by__isnull=False)
            ),
            models.Index(
                fields=["undone_by"],
                name="customers_change_undone",
                condition=Q(undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of customer {self.customer_id}"
