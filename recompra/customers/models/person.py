"""Who: the person or company, and what other systems call them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recompra.customers.keyfield import KeyField


class Customer(models.Model):
    """One person or company. `public_id` is what addresses show; no personal datum ever stands in a URL.

    `version` counts the edits: who saves on top of an older one is told what changed meanwhile.
    `merged_into`: this record was found to be the same person as that one; it waits there, unseen, so that
    the merge can be undone.
    """

    class Sex(models.TextChoices):
        FEMALE = "F", _("female")
        MALE = "M", _("male")

    class Apart(models.TextChoices):
        """Why a record is nobody: sales go on counting, but it is shown with no person and gets nothing."""

        PLACEHOLDER = "placeholder", _("what a till writes when there is no customer")
        MARKETPLACE = "marketplace", _("a marketplace's own identity")
        SHARED = "shared", _("one document or contact used for many people")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    name_key = KeyField(max_length=200, blank=True, default="", editable=False)
    cpf = models.CharField("CPF", max_length=11, null=True, blank=True, unique=True)
    cnpj = models.CharField("CNPJ", max_length=14, null=True, blank=True, unique=True)
    rg = models.CharField("RG", max_length=20, blank=True, default="")
    rg_key = KeyField(max_length=20, blank=True, default="", editable=False)
    trade_name = models.CharField(_("trade name"), max_length=200, blank=True, default="")
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True, default="")
    marital_status = models.CharField(_("marital status"), max_length=20, blank=True, default="")
    street = models.CharField(_("address"), max_length=200, blank=True, default="")
    postcode = models.CharField(_("postcode"), max_length=8, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    state = models.CharField(_("state"), max_length=2, blank=True, default="")
    accepts_contact = models.BooleanField(_("accepts contact"), null=True, default=None)
    apart = models.CharField(max_length=11, choices=Apart, blank=True, default="", editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="absorbed", editable=False, db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "id"], name="customers_customer_name"),
            models.Index(fields=["rg_key"], name="customers_customer_rg", condition=~Q(rg_key="")),
            models.Index(
                fields=["merged_into"],
                name="customers_customer_merged",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(fields=["id"], name="customers_customer_apart", condition=~Q(apart="")),
        ]

    def __str__(self) -> str:
        return f"customer {self.pk}"

    @property
    def title(self) -> str:
        return title(self.name, self.public_id)

    @property
    def is_company(self) -> bool:
        return bool(self.cnpj)


def title(name: str, public_id: uuid.UUID) -> str:
    """The name; for who has none, a word with the end of the public id."""
    return name or gettext("Customer %(code)s") % {"code": str(public_id)[-8:]}


class ExternalId(models.Model):
    """What another system calls this customer: `source` names the system, `value` its id there."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="customers_external_once")]

    def __str__(self) -> str:
        return f"{self.source} id of customer {self.customer_id}"
