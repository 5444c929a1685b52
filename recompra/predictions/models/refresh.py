"""The work that predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recompra.predictions.shelf import clear
from recompra.work.models import Due

if TYPE_CHECKING:
    from recompra.work.lease import Lease


class PredictionRefresh(Due):
    """Fit every model on what was sold, and write what it says of every customer.

    `computed_on`: the generation of the facts that it read; `version`: the one that it left; `people`: of how
    many customers it speaks; `models_version`: the newest version among the models that answered.
    """

    reason = models.CharField(max_length=20, help_text="who asked: load, clock, choice, person")
    as_of = models.DateField(null=True)
    people = models.IntegerField(default=0)
    models_version = models.PositiveIntegerField(null=True)
    computed_on = models.CharField(max_length=60, blank=True, default="")
    version = models.CharField(max_length=60, blank=True, default="")

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("predictions")
        indexes = [  # of `Due`, under a name that is short enough
            models.Index(fields=["status", "due_at", "-priority", "id"], name="predictions_refresh_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=Due.Status.WAITING, cancel_requested=False),
                name="predictions_refresh_waiting_once",
            )
        ]

    def __str__(self) -> str:
        return f"prediction refresh {self.pk}"

    def perform(self, lease: Lease) -> None:
        from recompra.predictions.refresh import perform  # it needs the models above

        perform(self, lease)

    def lease_abandoned(self) -> None:
        clear(f"{self.pk}-*")
