"""Who stood in a list that left the house."""

from __future__ import annotations

from django.db import models


class ExportRoll(models.Model):
    """The customers in one exported list, as numbers: see `customers.roll`. An erased one's leads nowhere."""

    entry = models.OneToOneField("accounts.AccessLog", on_delete=models.PROTECT, related_name="+")
    people = models.BinaryField()

    def __str__(self) -> str:
        return f"roll of export {self.entry_id}"
