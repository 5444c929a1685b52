"""A kind of work for these tests: `Chore.deed` is what performing one does. It stands in no registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.test.utils import isolate_apps

from recompra.work.lease import Lease
from recompra.work.models import Due

Deed = Callable[["Chore", Lease], None]


def nothing(row: Chore, lease: Lease) -> None:
    """Do nothing."""


with isolate_apps("recompra.work"):

    class Chore(Due):
        """`key` is unique among the living; of those with a `turn` only one may wait."""

        key = models.CharField(max_length=20, null=True)  # noqa: DJ001 (any number may have none)
        count = models.IntegerField(default=0)
        turn = models.BooleanField(null=True)
        deed: ClassVar[Deed] = nothing
        abandoned: ClassVar[list[int]] = []

        class Meta(Due.Meta):
            app_label = "work"
            constraints: ClassVar = [
                models.UniqueConstraint(
                    fields=["key"], condition=Q(status__in=Due.LIVE), name="work_chore_key"
                ),
                models.UniqueConstraint(
                    fields=["turn"], condition=Q(status=Due.Status.WAITING), name="work_chore_turn"
                ),
            ]

        def __str__(self) -> str:
            return f"chore {self.pk}"

        def perform(self, lease: Lease) -> None:
            type(self).deed(self, lease)

        def lease_abandoned(self) -> None:
            self.abandoned.append(self.pk)
