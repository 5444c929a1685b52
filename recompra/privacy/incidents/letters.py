"""What an incident asks to be written: to the ANPD, and to the people it touched; in Brazilian Portuguese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from recompra.privacy.incidents.register import CATEGORIES
from recompra.privacy.models import Incident, ShopPrivacy
from recompra.privacy.requests.letters import LANGUAGE
from recompra.theme.formats import cnpj, dlong, moment, num

if TYPE_CHECKING:
    from collections.abc import Iterable


def to_authority(incident: Incident) -> str:
    """The communication to the ANPD with what art. 6, § 2 of Res. CD/ANPD 15/2024 wants in it."""
    with override(LANGUAGE):
        shop = ShopPrivacy.current()
        told = [
            _("To the National Data Protection Authority (ANPD)"),
            _("Communication of a security incident (LGPD, art. 48; Res. CD/ANPD 15/2024)"),
            _fact(
                _("Controller"),
                f"{shop.controller} · CNPJ {cnpj(shop.cnpj)}" if shop.cnpj else shop.controller,
            ),
            _fact(_("Data protection officer"), " · ".join(filter(None, (shop.dpo_name, shop.dpo_contact)))),
            _fact(_("Small processing agent"), _("yes") if shop.small_agent else _("no")),
            *_core(incident),
            _fact(_("People affected"), num(incident.people) if incident.people is not None else ""),
            _fact(_("Assessment of risk and possible damage"), incident.damage),
            _fact(_("Measures taken, before and after"), incident.measures),
            _fact(_("The people were told"), _told(incident)),
            _late(incident),
        ]
        return _joined(told)


def to_people(incident: Incident) -> str:
    """The letter to the people, in plain words, with what art. 9 of the resolution wants in it."""
    with override(LANGUAGE):
        shop = ShopPrivacy.current()
        told = [
            f"{shop.city}, {dlong(timezone.localdate())}."
            if shop.city
            else f"{dlong(timezone.localdate())}.",
            _("Dear customer,"),
            _(
                "We write to tell you of something that happened to data of yours that were in our care. We "
                "are sorry, and want you to know what it means and what you can do."
            ),
            *_core(incident),
            _fact(_("What it may mean for you"), incident.damage),
            _fact(_("What we have done"), incident.measures),
            _(
                "Be wary of messages and calls in our name that ask for passwords, codes or payments; we "
                "never ask for them. If in doubt, write to us first."
            ),
            _fact(_("Whom to ask"), " · ".join(filter(None, (shop.dpo_name, shop.dpo_contact)))),
            _late(incident),
            _("Kind regards,"),
            shop.controller,
        ]
        return _joined(told)


def _core(incident: Incident) -> list[str]:
    """What happened, when, and to which data."""
    return [
        _fact(_("Happened at"), moment(incident.happened_at) if incident.happened_at else _("not known")),
        _fact(_("Known at"), moment(incident.known_at)),
        _fact(_("What happened"), incident.circumstances or incident.get_kind_display()),
        _fact(_("Data affected"), ", ".join(str(CATEGORIES.get(one, one)) for one in incident.categories)),
    ]


def _told(incident: Incident) -> str:
    if incident.told_people_at is None:
        return _("not yet")
    return f"{moment(incident.told_people_at)} · {incident.how_told}"


def _late(incident: Incident) -> str:
    late = timezone.localdate() > incident.due_on
    return _fact(_("Reasons for the delay"), "") if late and incident.told_authority_at is None else ""


def _fact(name: str, value: str) -> str:
    return f"{name}: {value or '________'}"


def _joined(told: Iterable[str]) -> str:
    return "\n\n".join(part for part in told if part)
