"""Whom to call, what was done about it, and the work that finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class Call(models.Model):
    """A customer whose rhythm ran out after the purchase of `last_on`: one row a customer and purchase, so a
    purchase is called about once, and the next purchase makes the next row possible.

    `usual_days`: the mean interval in whole days; `due_on`: the day on which it ran out. `stake`: what is at
    stake in R$, by which the list is ranked; `is_forecast`: by churn risk and predicted spend, else by the
    customer's own rhythm. `seller`: who will call.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("a call", "to call")
        TALKED = "talked", pgettext_lazy("a call", "talked to")
        SNOOZED = "snoozed", pgettext_lazy("a call", "put off")
        DECLINED = "declined", pgettext_lazy("a call", "not to be called")
        WON = "won", pgettext_lazy("a call", "came back")
        LAPSED = "lapsed", pgettext_lazy("a call", "no longer due")

    LIVE: ClassVar = (Status.OPEN, Status.TALKED, Status.SNOOZED, Status.DECLINED)

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    store = models.ForeignKey(
        "accounts.Store", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    last_on = models.DateField()
    usual_days = models.PositiveIntegerField()
    due_on = models.DateField()
    next_from = models.DateField(null=True)
    next_until = models.DateField(null=True)
    churn_risk = models.FloatField(null=True)
    stake = models.DecimalField(max_digits=18, decimal_places=2)
    is_forecast = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    until = models.DateField(null=True, blank=True, help_text="put off until this day")
    listed_on = models.DateField()
    talked_on = models.DateField(null=True, blank=True)
    back_on = models.DateField(null=True, blank=True, help_text="the first purchase day after last_on")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "last_on"], name="calls_once_a_purchase")]
        indexes = [
            models.Index(fields=["status", "-stake", "-id"], name="calls_stake"),
            models.Index(fields=["status", "due_on", "id"], name="calls_due"),
            models.Index(fields=["status", "-last_on", "-id"], name="calls_last"),
            models.Index(fields=["store", "status", "-stake", "-id"], name="calls_store_stake"),
            models.Index(fields=["closed_on", "listed_on"], name="calls_results"),
        ]

    def __str__(self) -> str:
        return f"call {self.pk} of customer {self.customer_id}"

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE


class CallAct(models.Model):
    """What somebody did with a call, and how it stood before: what undoing goes back to."""

    class What(models.TextChoices):
        TAKE = "take", _("will call")
        RELEASE = "release", _("will not call after all")
        DEAL = "deal", _("handed out")
        TALK = "talk", _("talked")
        SNOOZE = "snooze", _("put off")
        DECLINE = "decline", _("not to be called until the next purchase")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="acts")
    what = models.CharField(max_length=8, choices=What)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    was_status = models.CharField(max_length=8)
    was_seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    was_until = models.DateField(null=True)
    was_talked_on = models.DateField(null=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.what} of call {self.call_id}"


class CallRefresh(Due):
    """Bring the list up to date: whose rhythm ran out, who came back, who is past being called.

    `version`: the generation of the facts that was read; `after_days`: the rule by which.
    """

    reason = models.CharField(max_length=20, help_text="who asked: load, clock, rule")
    as_of = models.DateField(null=True)
    after_days = models.PositiveSmallIntegerField(null=True)
    version = models.CharField(max_length=60, blank=True, default="")
    listed = models.IntegerField(default=0)
    came_back = models.IntegerField(default=0)
    lapsed = models.IntegerField(default=0)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("customers to call")
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=Due.Status.WAITING, cancel_requested=False),
                name="calls_refresh_waiting_once",
            )
        ]

    def __str__(self) -> str:
        return f"call refresh {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.calls.fill import perform  # it needs the models above

        perform(self, lease)
