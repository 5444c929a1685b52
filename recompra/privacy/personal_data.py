"""What this room holds about people, what for, and how long."""

from recompra.theme.personal import Declared, columns

PERSONAL = (
    Declared(
        columns("privacy.Block", "cpf function reason until"),
        "keeping the person out of what they do not want or may not have",
        "art. 7, II and VI: legal duty, and the exercise of rights",
        "while the block holds, then 5 years as proof; survives import, merge and erasure",
    ),
)
NOT_PERSONAL: frozenset[str] = frozenset()
