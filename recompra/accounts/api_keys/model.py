"""The keys by which other systems come in through the API."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.api_keys.scopes import Scope

PER_MINUTE = 600


class ApiKey(models.Model):
    """One key. Of its secret only the hash is kept: neither the database nor a backup of it opens the door.

    `prefix` is the beginning of the secret, by which people tell keys apart. `every_store` is said, not read
    from an empty list: a store taken away must not open the others.
    """

    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(_("scopes"), default=list)
    every_store = models.BooleanField(default=True)
    stores = models.ManyToManyField("accounts.Store", verbose_name=_("stores"), blank=True, related_name="+")
    per_minute = models.PositiveIntegerField(_("requests per minute"), default=PER_MINUTE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"API key {self.prefix}"

    @property
    def is_open(self) -> bool:
        """Whether it still opens the door."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def scope_words(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def store_scope(self) -> frozenset[int] | None:
        """The store keys it may see; None means all of them."""
        return None if self.every_store else frozenset(store.pk for store in self.stores.all())

    @classmethod
    def open_ones(cls) -> QuerySet[ApiKey]:
        lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return cls.objects.filter(lasting, revoked_at=None)
