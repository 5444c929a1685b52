"""Who works here, in which stores, and who looked at what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Role


class Store(models.Model):
    """A store or the online shop. `id` is the warehouse's `store_key`; `code` is what the shop's files call it."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    is_online = models.BooleanField(default=False)
    city = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=2, blank=True, default="")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. No stores given means every store, for every role but the seller, who then sees none."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SELLER)
    stores = models.ManyToManyField(Store, blank=True, related_name="staff")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=5, blank=True, default="")
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def store_scope(self) -> frozenset[int] | None:
        """The store keys this person may see; None means all of them."""
        given = frozenset(self.stores.values_list("id", flat=True))
        if given or self.role == Role.SELLER:
            return given
        return None
