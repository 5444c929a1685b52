"""What a customer is in the shop's loyalty programmes, as a file told it."""

from __future__ import annotations

from django.db import models

from recompra.customers.models.person import Customer


class Membership(models.Model):
    """One customer in one programme. `left_on` None: still in it; `joined_on` None: nobody told when.

    `source` names the system that told it last. Card numbers and points are not kept.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    program = models.CharField(max_length=80)
    tier = models.CharField(max_length=60, blank=True, default="")
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    source = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "program"], name="customers_membership_once")
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} in {self.program}"
