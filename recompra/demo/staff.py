"""Somebody of every role, to try the shop as each of them sees it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from recompra.accounts.first_run import awaits_owner, create_owner
from recompra.accounts.models import Store, User
from recompra.accounts.roles import Role
from recompra.theme.refused import Refused

OWNER = ("otavio@example.com", "Otávio Duarte")
OTHERS = (
    ("marta@example.com", "Marta Figueiredo", Role.MANAGER),
    ("lucia@example.com", "Dona Lúcia", Role.SELLER),
    ("saulo@example.com", "Saulo Brito", Role.SAC),
    ("aline@example.com", "Aline Nakamura", Role.ANALYST),
    ("denise@example.com", "Denise Prado", Role.DPO),
)


@dataclass(frozen=True)
class Badge:
    """Who may log in, and in which store if in one only."""

    email: str
    role: str
    store: str = ""


def guard() -> None:
    """Refuse to mix invented customers into a shop where real people work."""
    if not awaits_owner() and not User.objects.filter(email=OWNER[0]).exists():
        raise Refused(_("A shop lives here already. Give the demonstration its own RECOMPRA_HOME."))


def hire(password: str) -> list[Badge]:
    """The staff of the demonstration, all with this password; called again, they get the new one.

    The seller works in the first store that is not the online shop.
    """
    if awaits_owner():
        create_owner(*OWNER, password)
    else:
        renew(User.objects.get(email=OWNER[0]), password)
    badges = [Badge(OWNER[0], str(Role.OWNER.label))]
    store = Store.objects.filter(is_online=False).first()
    for email, name, role in OTHERS:
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, name=name, role=role
        )
        renew(user, password)
        if role == Role.SELLER and store is not None:
            user.stores.set([store])
        badges.append(Badge(email, str(role.label), store.name if role == Role.SELLER and store else ""))
    return badges


def renew(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
