"""What this room holds about people: nothing in its tables. A report is made for who asked, then goes."""

from recompra.theme.personal import Declared, columns

PERSONAL: tuple[Declared, ...] = ()
NOT_PERSONAL = frozenset(columns("dashboards.Report", "as_of since format reason"))
