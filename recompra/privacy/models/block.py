"""What a person may not be given or sent, decided by the shop or asked for by the person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Block(models.Model):
    """One function of the shop that a person is shut out of, until a day or for good. Never deleted: lifted.

    Of a customer, or of a CPF that may not be registered yet: then it holds for whoever registers with it.
    """

    class Function(models.TextChoices):
        CAMPAIGNS = "campaigns", _("campaigns")
        MESSAGES = "messages", _("messages")
        LOYALTY = "loyalty", _("loyalty programme")
        GIFTBACK = "giftback", _("giftback")

    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.CASCADE, related_name="blocks"
    )
    cpf = models.CharField("CPF", max_length=11, blank=True, default="")
    function = models.CharField(_("function"), max_length=10, choices=Function)
    reason = models.CharField(_("reason"), max_length=200)
    until = models.DateField(_("until"), null=True, blank=True, help_text="the last day it holds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["cpf"], name="privacy_block_cpf", condition=~Q(cpf=""))]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(cpf=""), name="privacy_block_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}: {self.function}"
