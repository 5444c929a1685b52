"""The first owner: made on the command line, or on the page that the installation code opens once."""

from __future__ import annotations

import hashlib
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.models import HousePolicy, User
from recompra.accounts.roles import Role
from recompra.theme.refused import Refused

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def awaits_owner() -> bool:
    """Whether nobody works here yet."""
    return not User.objects.exists()


def create_owner(email: str, name: str, password: str) -> User:
    """Create an active owner who may log in at once.

    Raises Refused for an e-mail that is taken or wrong, and for a weak password.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            raise Refused(_("Somebody with this e-mail already works here."))
        owner = User.objects.create_user(email, password, name=name.strip(), role=Role.OWNER)
        audit.record(owner, "staff_first_owner")
    return owner


def issue_code() -> str:
    """Make a new installation code, put it in force in place of any other, and return it: it is shown once.

    Raises Refused when somebody works here already.
    """
    if not awaits_owner():
        raise Refused(_("This shop already has its owner."))
    code = "-".join("".join(secrets.choice(ALPHABET) for _i in range(4)) for _j in range(3))
    HousePolicy.objects.update_or_create(pk=1, defaults={"setup_code_hash": _hash(code)})
    return code


def open_with(code: str, *, email: str, name: str, password: str) -> User:
    """Create the first owner, once. Raises Refused when the code is not the installation code in force."""
    with transaction.atomic():
        policy = HousePolicy.objects.select_for_update().filter(pk=1).first()
        expected = policy.setup_code_hash if policy else ""
        if not expected or not secrets.compare_digest(expected, _hash(code)):
            raise Refused(
                _("This is not the installation code. The command “recompra setup” shows a new one.")
            )
        if not awaits_owner():
            raise Refused(_("This shop already has its owner."))
        owner = create_owner(email, name, password)
        HousePolicy.objects.filter(pk=1).update(setup_code_hash="")
    return owner


def _hash(code: str) -> str:
    bare = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
