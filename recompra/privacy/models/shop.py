"""The shop as controller of the data, and the companies that process data for it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ShopPrivacy(models.Model):
    """Who answers for the data of this shop: one row. `small_agent`: of small size (Res. CD/ANPD 2/2022)."""

    controller = models.CharField(_("controller"), max_length=200, blank=True, default="")
    cnpj = models.CharField("CNPJ", max_length=14, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    dpo_name = models.CharField(_("data protection officer"), max_length=120, blank=True, default="")
    dpo_contact = models.CharField(_("contact of the officer"), max_length=200, blank=True, default="")
    small_agent = models.BooleanField(_("small processing agent"), default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "privacy of the shop"

    @classmethod
    def current(cls) -> ShopPrivacy:
        """The row, or an empty one that was not saved yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def missing(self) -> list[str]:
        """What the law wants published and nobody has filled in yet (LGPD art. 9, III and IV; art. 41)."""
        named = {_("controller"): self.controller, _("contact of the officer"): self.dpo_contact}
        if (
            not self.small_agent
        ):  # a small agent needs a channel, not an officer (Res. CD/ANPD 2/2022, art. 11)
            named[_("data protection officer")] = self.dpo_name
        return [str(name) for name, value in named.items() if not value]


class Operator(models.Model):
    """A company that handles personal data for the shop, or receives them (LGPD art. 5, VII, and art. 39).

    One abroad needs a mechanism of international transfer before it is switched on (art. 33).
    """

    class Mechanism(models.TextChoices):
        NONE = "", _("none: the data stay in Brazil")
        ADEQUACY = "adequacy", _("country recognised as adequate (art. 33, I)")
        STANDARD = "standard", _("ANPD standard clauses (art. 33, II; Res. CD/ANPD 19/2024)")
        SPECIFIC = "specific", _("specific clauses approved by the ANPD (art. 33, II, a)")
        GLOBAL_RULES = "global", _("global corporate rules (art. 33, II, c)")
        CONSENT = "consent", _("specific consent, highlighted (art. 33, VIII)")
        CONTRACT = "contract", _("carrying out a contract or legal duty (art. 33, IX)")

    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.CharField(_("what it does for the shop"), max_length=200)
    shared = models.CharField(_("which data it receives"), max_length=200, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, default="BR")
    mechanism = models.CharField(
        _("mechanism of the transfer"), max_length=10, choices=Mechanism, blank=True, default=Mechanism.NONE
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True, default="")
    is_active = models.BooleanField(_("in use"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_foreign(self) -> bool:
        return self.country != "BR"
