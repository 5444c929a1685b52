"""What this room holds about people: nothing. A text that was sent is not kept, only that somebody wrote."""

from recompra.theme.personal import Declared, columns

PERSONAL: tuple[Declared, ...] = ()
NOT_PERSONAL = frozenset(columns("messaging.ReadyText", "segment text"))
