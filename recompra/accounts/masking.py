"""What of a personal datum is shown to whom may not see it whole. A mask never lets the datum be rebuilt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from recompra.accounts.roles import Capability, may

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recompra.accounts.models import User

DOT = "•"


def sees_personal_data(user: User | AnonymousUser) -> bool:
    """Whether pages and files show this person documents and contact points without masks."""
    return may(user, Capability.SEE_PERSONAL_DATA)


def mask_cpf(cpf: str | None) -> str:
    """`12345678909` becomes `•••.456.789-••`; what is not eleven characters is masked whole."""
    if not cpf:
        return ""
    if len(cpf) != 11:
        return DOT * 11
    return f"{DOT * 3}.{cpf[3:6]}.{cpf[6:9]}-{DOT * 2}"


def mask_cnpj(cnpj: str | None) -> str:
    """`12ABC34501DE35` becomes `••.ABC.345/••••-••`; what is not fourteen characters is masked whole."""
    if not cnpj:
        return ""
    if len(cnpj) != 14:
        return DOT * 14
    return f"{DOT * 2}.{cnpj[2:5]}.{cnpj[5:8]}/{DOT * 4}-{DOT * 2}"


def mask_rg(rg: str | None) -> str:
    """Only the last two characters stay, and the length is not told."""
    return f"{DOT * 6}{rg[-2:]}" if rg and len(rg) > 4 else DOT * 8 if rg else ""


def mask_email(email: str | None) -> str:
    """`ana.souza@exemplo.com.br` becomes `a•••@exemplo.com.br`; the length of the name is not told."""
    if not email:
        return ""
    name, at, domain = email.rpartition("@")
    if not at or not name:
        return DOT * 4
    first = name[0] if len(name) > 1 else DOT
    return f"{first}{DOT * 3}@{domain}"


def mask_phone(digits: str | None) -> str:
    """Digits with or without country code (`5511987654321`) become `(11) •••••-4321`.

    What has no Brazilian length keeps its last two digits only.
    """
    if not digits:
        return ""
    bare = "".join(character for character in digits if character.isdigit())
    national = bare[2:] if bare.startswith("55") and len(bare) in (12, 13) else bare
    if len(national) not in (10, 11):
        return f"{DOT * 6}{bare[-2:]}" if len(bare) > 4 else DOT * 8
    return f"({national[:2]}) {DOT * (len(national) - 6)}-{national[-4:]}"


def mask_birth(born: date | None) -> str:
    """Only the month stays: enough to greet, not enough to identify."""
    return f"{DOT * 2}/{born.month:02d}/{DOT * 4}" if born else ""
