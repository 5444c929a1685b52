"""Coming in by a link: made once, shown once, used once, and dead after a week."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.models import Invitation, Store, User
from recompra.accounts.roles import Role
from recompra.accounts.sessions import end_all
from recompra.theme.refused import Refused

LIFETIME = timedelta(days=7)


def stores_for(role: str, stores: Iterable[Store]) -> list[Store]:
    """The stores that go with the role: an owner has all; a seller needs at least one, else Refused."""
    chosen = [] if role == Role.OWNER else list(stores)
    if role == Role.SELLER and not chosen:
        raise Refused(_("A seller needs at least one store."))
    return chosen


def invite(by: User, email: str, role: str, stores: Iterable[Store]) -> tuple[Invitation, str]:
    """Invite a new colleague; returns the invitation and the token of its link, which is kept nowhere.

    An open invitation for the same e-mail is withdrawn. Raises Refused when the e-mail is of somebody here.
    """
    email = email.strip().lower()
    chosen = stores_for(role, stores)
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            raise Refused(_("Somebody with this e-mail already works here."))
        open_ones().filter(email=email, staff=None).delete()
        invitation, token = _make(by, email=email, role=role)
        invitation.stores.set(chosen)
        audit.record(by, "staff_invite", fields=("email", "role", "stores"))
    return invitation, token


def new_password(by: User | None, staff: User) -> tuple[Invitation, str]:
    """A link by which a colleague sets a new password; older ones of the same person stop working."""
    with transaction.atomic():
        open_ones().filter(staff=staff).delete()
        made = _make(by, email=staff.email, role=staff.role, staff=staff)
        audit.record(by, "staff_new_password", about=staff)
    return made


def _make(by: User | None, **fields: object) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=_hash(token), invited_by=by, expires_at=timezone.now() + LIFETIME, **fields
    )
    return invitation, token


def open_ones() -> QuerySet[Invitation]:
    """Invitations and new-password links that still open the door."""
    return Invitation.objects.filter(used_at=None, expires_at__gt=timezone.now())


def find(token: str) -> Invitation | None:
    """The open invitation of this token; None when it is unknown, used, withdrawn or too old."""
    return open_ones().select_related("staff").filter(token_hash=_hash(token)).first()


def withdraw(by: User, invitation: Invitation) -> None:
    """Close an open invitation before it is used."""
    with transaction.atomic():
        if not open_ones().filter(pk=invitation.pk).delete()[0]:
            raise Refused(_("This invitation is no longer open."))
        audit.record(by, "staff_withdraw")


def accept(token: str, name: str, password: str) -> User:
    """Come in: create the colleague, or set the new password, and close the invitation, all or nothing.

    Raises Refused when the link no longer opens, the password is weak, or the e-mail has come in another way.
    """
    with transaction.atomic():
        invitation = open_ones().select_for_update().filter(token_hash=_hash(token)).first()
        if invitation is None:
            raise Refused(
                _("This link no longer works: it was used, withdrawn, or is older than seven days.")
            )
        user = invitation.staff or User(email=invitation.email, role=invitation.role)
        if not user.is_active:
            raise Refused(_("This access is switched off. Talk to the owner of the shop."))
        if user.pk is None and User.objects.filter(email=user.email).exists():
            raise Refused(_("Somebody with this e-mail already works here."))
        user.name = name.strip() or user.name
        _set_password(user, password)
        if invitation.staff is None:
            user.stores.set(invitation.stores.all())
        Invitation.objects.filter(pk=invitation.pk).update(used_at=timezone.now())
        audit.record(user, "staff_join" if invitation.staff is None else "own_password")
    return user


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    end_all(user)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
