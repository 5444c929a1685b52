"""The register of operators, and the gate of international transfer (LGPD arts. 33 to 36 and 39)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from django.utils.translation import gettext as _

from recompra.privacy.models import Operator
from recompra.theme.formats import english
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet


def in_use() -> QuerySet[Operator]:
    """Those that receive data just now."""
    return Operator.objects.filter(is_active=True)


def hold_transfer(operator: Operator) -> None:
    """Raises Refused for one abroad, or of no known country, without a mechanism for the transfer."""
    if operator.country not in countries():
        raise Refused(_("Say in which country this operator keeps the data."))
    if operator.is_foreign and not operator.mechanism:
        raise Refused(
            _(
                "%(name)s handles the data abroad: choose the mechanism of the international transfer (LGPD, "
                "art. 33) before switching it on."
            )
            % {"name": operator.name}
        )


def switch(operator: Operator, *, on: bool) -> None:
    """Begin or stop using an operator; the gate is asked before it begins."""
    if on:
        hold_transfer(operator)
    operator.is_active = on
    operator.save(update_fields=["is_active"])


def save(operator: Operator) -> None:
    """Keep what was written of an operator; one in use must pass the gate as it now stands."""
    if operator.is_active:
        hold_transfer(operator)
    operator.save()


def countries() -> dict[str, str]:
    """ISO 3166 code to name, as people read it."""
    locale = Locale.parse("en" if english() else "pt_BR")
    named = {code: name for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))
