"""Changing who works here and what they may see: each change one transaction, and logged."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.invitations import open_ones, stores_for
from recompra.accounts.models import HousePolicy, Store, User
from recompra.accounts.roles import Role
from recompra.accounts.sessions import end_all
from recompra.theme.refused import Refused


def change(by: User, person: User, *, name: str, email: str, role: str, stores: Iterable[Store]) -> list[str]:
    """Set name, e-mail, role and stores; returns the names of the fields that changed, and logs those names.

    Whose role changes is logged out everywhere. Raises Refused for the last owner's role, a taken e-mail,
    and a seller without store.
    """
    email = email.strip().lower()
    chosen = stores_for(role, stores)
    with transaction.atomic():
        _leave_an_owner(person, still_owner=role == Role.OWNER and person.is_active)
        if User.objects.filter(email=email).exclude(pk=person.pk).exists():
            raise Refused(_("Somebody with this e-mail already works here."))
        new = {"name": name.strip(), "email": email, "role": role}
        changed = [field for field, value in new.items() if getattr(person, field) != value]
        if {store.pk for store in chosen} != set(person.stores.values_list("pk", flat=True)):
            person.stores.set(chosen)
            changed.append("stores")
        if "email" in changed:
            EmailAddress.objects.filter(user=person).delete()
            open_ones().filter(staff=person).delete()
        for field, value in new.items():
            setattr(person, field, value)
        person.save(update_fields=list(new))
        if changed:
            audit.record(by, "staff_change", about=person, fields=changed)
        if "role" in changed:
            end_all(person)
    return changed


def switch_off(by: User, person: User) -> None:
    """End a person's access and every session. Raises Refused for the last owner."""
    with transaction.atomic():
        _leave_an_owner(person, still_owner=False)
        person.is_active = False
        person.save(update_fields=["is_active"])
        open_ones().filter(staff=person).delete()
        end_all(person)
        audit.record(by, "staff_switch_off", about=person)


def switch_on(by: User, person: User) -> None:
    with transaction.atomic():
        person.is_active = True
        person.save(update_fields=["is_active"])
        audit.record(by, "staff_switch_on", about=person)


def reset_second_factor(by: User | None, person: User) -> None:
    """Take away the app and the recovery codes of somebody who lost the phone, and log them out.

    `by` is None when it is done from the command line.
    """
    with transaction.atomic():
        if not Authenticator.objects.filter(user=person).delete()[0]:
            raise Refused(_("This person has no second factor."))
        end_all(person)
        audit.record(by, "staff_reset_second_factor", about=person)


def require_second_factor(by: User, required: bool) -> None:
    """Whether everybody must switch on a second factor before going on."""
    with transaction.atomic():
        HousePolicy.objects.update_or_create(pk=1, defaults={"second_factor_required": required})
        audit.record(by, "second_factor_policy", reason=_("required") if required else _("optional"))


def _leave_an_owner(person: User, *, still_owner: bool) -> None:
    """Refuse what would leave no active owner; the owners' rows stay locked until the end."""
    owners = set(
        User.objects.select_for_update().filter(role=Role.OWNER, is_active=True).values_list("pk", flat=True)
    )
    if not still_owner and owners == {person.pk}:
        raise Refused(_("The shop needs at least one active owner. Make somebody else an owner first."))
