"""Who works here, in which stores, and who looked at what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.api_keys.model import ApiKey  # noqa: F401  (a room's models are found here)
from recompra.accounts.roles import Role, may


class Store(models.Model):
    """A store or the online shop. `id` is the warehouse's `store_key`; `code`, what the files call it."""

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


class User(AbstractBaseUser):
    """A member of staff. No stores given means every store, but for the seller, who then sees none.
    An owner sees every store in any case.

    Staff are switched off, never deleted: the access log refers to them.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SELLER)
    stores = models.ManyToManyField(Store, verbose_name=_("stores"), blank=True, related_name="staff")
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(max_length=5, blank=True, default="")
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, capability: str) -> bool:
        """Whether this person has the capability (a `recompra.accounts.roles.Capability` value)."""
        return may(self, capability)

    def store_scope(self) -> frozenset[int] | None:
        """The store keys this person may see; None means all of them."""
        if self.role == Role.OWNER:
            return None
        given = frozenset(store.pk for store in self.stores.all())
        if given or self.role == Role.SELLER:
            return given
        return None


def me(request: HttpRequest) -> User:
    """The signed-in person of a guarded view."""
    return cast(User, request.user)


class AppendOnly(models.QuerySet["AccessLog"]):
    """Rows of the log are written once, by `audit.record`, and never again."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The access log is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The access log is append-only.")

    def bulk_create(self, objs: Iterable[AccessLog], *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The access log is a chain: write it through audit.record.")


class AccessLog(models.Model):
    """Who looked at, took away or changed what: names of fields and counts, never a value.

    `customer_id` is a plain number, so that the row outlives the customer's erasure. Each row's `hash` covers
    its own content and the hash before it, so a row changed or taken out is found by `audit.first_break`.
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    staff = models.ForeignKey(
        User, verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(_("action"), max_length=40)
    about = models.ForeignKey(
        User, verbose_name=_("about"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    customer_id = models.BigIntegerField(_("customer"), null=True)
    fields = models.JSONField(_("fields"), default=list)
    count = models.PositiveBigIntegerField(_("how many"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="accounts_log_at"),
            models.Index(fields=["staff", "at", "id"], name="accounts_log_staff"),
            models.Index(fields=["action", "at", "id"], name="accounts_log_action"),
            models.Index(fields=["customer_id", "id"], name="accounts_log_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The access log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The access log is append-only.")


class AccessLogHead(models.Model):
    """The one row with the newest hash and the number of entries: the lock of the chain, and its end.

    `cut_hash`, `cut_entries`: the hash of the last entry that went by the shop's rule of retention, and how
    many went: there the chain begins.
    """

    hash = models.CharField(max_length=64, default="")
    entries = models.PositiveBigIntegerField(default=0)
    cut_hash = models.CharField(max_length=64, default="")
    cut_entries = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"head of {self.entries} entries"


class Invitation(models.Model):
    """A way in, once and for a time: a new colleague's invitation, or a new password for `staff`.

    Only the hash of the link's token is kept, so neither the database nor a backup of it opens the door.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    stores = models.ManyToManyField(Store, verbose_name=_("stores"), blank=True, related_name="+")
    staff = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class HousePolicy(models.Model):
    """What the shop decides about its doors: one row. `setup_code_hash` is empty when no owner is awaited."""

    second_factor_required = models.BooleanField(default=False)
    setup_code_hash = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return "policy of the house"

    @classmethod
    def current(cls) -> HousePolicy:
        return cls.objects.filter(pk=1).first() or cls(pk=1)
