"""Two records that may be one person, what was decided about them, and the merges that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.customers.models.person import Customer
from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class Duplicate(models.Model):
    """Two records, the older one `first`, that the search takes for one person.

    `score`: 0-100, see `recompra.customers.identity.weights`. `reasons`: its codes for what speaks for and
    against. A pair that somebody called different people stays, so that it never comes again.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("possible duplicate", "to review")
        LATER = "later", pgettext_lazy("possible duplicate", "put off")
        DIFFERENT = "different", pgettext_lazy("possible duplicate", "different people")
        MERGED = "merged", pgettext_lazy("possible duplicate", "merged")

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="customers_duplicate_once"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="customers_duplicate_order"
            ),
        ]
        indexes = [models.Index(fields=["status", "-score", "id"], name="customers_duplicate_queue")]

    def __str__(self) -> str:
        return f"possible duplicate {self.pk}"


class DuplicateSearch(Due):
    """A search through everybody. `capped`: {way: records} left out because too many people share a value."""

    reason = models.CharField(max_length=12, help_text="who asked: import, person")
    people = models.IntegerField(default=0, help_text="records that were compared")
    pairs = models.IntegerField(default=0, help_text="pairs that were weighed")
    found = models.IntegerField(default=0, help_text="pairs that stand in the queue after it")
    capped = models.JSONField(default=dict)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("search for duplicates")
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=Due.Status.WAITING), name="customers_search_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"search for duplicates {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.customers.identity.search import perform  # it needs the models above

        perform(self, lease)


class Merge(models.Model):
    """Two records became one. Ids only, so that all of it can be given back: no personal datum is copied.

    `moved`: {what: what it needs to give back}, as each room's own function answered. `took`: names of the
    fields that the kept record took from the other; `change` is the id of the change that tells the values.
    `order_keys`: the other's orders, visits and events, which follow in the facts; `is_moving` until then.
    """

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges", db_index=False)
    gone = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    moved = models.JSONField(default=dict)
    took = models.JSONField(default=list)
    change = models.BigIntegerField(null=True)
    order_keys = models.JSONField(default=list)
    is_moving = models.BooleanField(default=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["kept", "-at", "-id"], name="customers_merge_kept"),
            models.Index(fields=["id"], name="customers_merge_moving", condition=Q(is_moving=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at=None), name="customers_merge_gone_once"
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"


class MergeOrders(Due):
    """The facts' turn: purchases of merged records go to whom they belong now. At most one of these waits."""

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("purchases of merged customers")
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=Due.Status.WAITING),
                name="customers_mergeorders_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"purchases of merged customers {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.customers.identity.purchases import perform  # it needs the models above

        perform(self, lease)
