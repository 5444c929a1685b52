"""Security incidents: each on record from the moment it is known, told or not, with its clocks and history.

Res. CD/ANPD 15/2024: told to the ANPD and to the people within three business days when it may bring relevant
risk or damage (art. 6 and 9), completed within twenty (art. 6, § 3), on record at least five years (art. 10).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.privacy import days
from recompra.privacy.models import Incident, IncidentStep, ShopPrivacy
from recompra.privacy.requests.handle import new_number
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from recompra.accounts.models import User

Risk = Incident.Risk
NOTICE_DAYS = 90  # a public notice stands at least three months (art. 9, § 3)

STEPS: dict[str, StrPromise] = {
    "opened": gettext_lazy("Incident put on record"),
    "changed": gettext_lazy("Record changed"),
    "people": gettext_lazy("Affected people looked for"),
    "told_authority": gettext_lazy("ANPD told"),
    "told_people": gettext_lazy("People told"),
    "completed": gettext_lazy("Communication completed"),
    "note": gettext_lazy("Note"),
    "overdue": gettext_lazy("Deadline over"),
    "closed": gettext_lazy("Closed"),
    "reopened": gettext_lazy("Opened again"),
}
"""What a step of the history is called."""

CATEGORIES: dict[str, StrPromise | str] = {
    "name": gettext_lazy("name"),
    "cpf": "CPF",
    "rg": "RG",
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "birth_date": gettext_lazy("birth date"),
    "address": gettext_lazy("address"),
    "purchases": gettext_lazy("purchases"),
    "notes": gettext_lazy("notes of the staff"),
    "payment": gettext_lazy("payment data"),
    "password": gettext_lazy("passwords"),
    "minors": gettext_lazy("data of children or the elderly"),
    "sensitive": gettext_lazy("sensitive data (art. 5, II)"),
}
"""What may have been touched, by name; never a value."""


def open_incident(kind: str, title: str, *, known_at: dt.datetime, by: User | None, **more: Any) -> Incident:
    """Put an incident on record; the clock runs from when the shop knew. `more` are columns of Incident."""
    incident = Incident(kind=kind, title=title, known_at=known_at, created_by=by, **more)
    hold_moments(incident)
    incident.due_on = _due(incident)
    while True:
        incident.number = new_number(timezone.localtime(known_at).year)
        try:
            with transaction.atomic():
                incident.save(force_insert=True)
                step(incident, "opened", by=by)
        except IntegrityError:
            if not Incident.objects.filter(number=incident.number).exists():
                raise
        else:
            return incident


def step(incident: Incident, what: str, *, by: User | None, text: str = "") -> IncidentStep:
    """Add one step to the history. Raises KeyError for a step that nobody named."""
    STEPS[what]
    return IncidentStep.objects.create(incident=incident, what=what, by=by, text=text.strip())


def hold_moments(incident: Incident) -> None:
    """Raises Refused for an order of moments that cannot be."""
    if incident.known_at > timezone.now():
        raise Refused(_("An incident cannot become known in the future."))
    if incident.happened_at and incident.happened_at > incident.known_at:
        raise Refused(_("An incident happens before it is known."))


def change(incident: Incident, what: dict[str, Any], *, by: User | None) -> list[str]:
    """Write these columns; the names of those that changed, which also go into the history."""
    hold_open(incident)
    changed = [name for name, value in what.items() if getattr(incident, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(incident, name, what[name])
    hold_moments(incident)
    incident.due_on = _due(incident)
    words = ", ".join(str(Incident._meta.get_field(name).verbose_name) for name in changed)  # type: ignore[union-attr]
    with transaction.atomic():
        incident.save()
        step(incident, "changed", by=by, text=words)
    return changed


def _due(incident: Incident) -> dt.date:
    known = timezone.localtime(incident.known_at).date()
    small = ShopPrivacy.current().small_agent
    return days.report_due(known, small_agent=small, endangers=incident.endangers)


def hold_open(incident: Incident) -> None:
    """Raises Refused once it was closed."""
    if not incident.is_open:
        raise Refused(_("This incident is closed. Open it again to change it."))


def tell_authority(incident: Incident, at: dt.datetime, *, by: User | None, text: str = "") -> None:
    """Note that the ANPD was told; from now on there are twenty business days to complete it."""
    _hold_moment(incident, at)
    incident.told_authority_at = at
    small = ShopPrivacy.current().small_agent
    incident.complement_on = days.complement_due(timezone.localtime(at).date(), small_agent=small)
    _noted(incident, "told_authority", at, incident.due_on, by=by, text=text)


def tell_people(
    incident: Incident, at: dt.datetime, *, how: str, by: User | None, notice_until: dt.date | None = None
) -> None:
    """Note that the people were told, each or (when that cannot be) by a public notice of ninety days."""
    _hold_moment(incident, at)
    first = timezone.localtime(at).date() + dt.timedelta(days=NOTICE_DAYS)
    if notice_until is not None and notice_until < first:
        raise Refused(_("A public notice stands at least 90 days (Res. CD/ANPD 15/2024, art. 9)."))
    incident.told_people_at, incident.how_told, incident.notice_until = at, how, notice_until
    _noted(incident, "told_people", at, incident.due_on, by=by, text=how)


def complete(incident: Incident, at: dt.datetime, *, by: User | None, text: str = "") -> None:
    """Note that what was told to the ANPD was completed."""
    _hold_moment(incident, at)
    if incident.complement_on is None:
        raise Refused(_("First the ANPD has to be told."))
    incident.completed_at = at
    _noted(incident, "completed", at, incident.complement_on, by=by, text=text)


def _hold_moment(incident: Incident, at: dt.datetime) -> None:
    hold_open(incident)
    if not incident.known_at <= at <= timezone.now():
        raise Refused(_("Give a moment between when it was known and now."))


def _noted(
    incident: Incident, what: str, at: dt.datetime, due: dt.date, *, by: User | None, text: str
) -> None:
    late = timezone.localtime(at).date() > due
    words = [text.strip(), _("After the deadline of %(day)s.") % {"day": f"{due:%d/%m/%Y}"} if late else ""]
    with transaction.atomic():
        incident.save()
        step(incident, what, by=by, text=" ".join(filter(None, words)))


def close(incident: Incident, *, by: User | None, why_not_told: str = "") -> None:
    """Close it. One of relevant risk must have been told; of another it must be said why it was not."""
    hold_open(incident)
    if incident.risk == Risk.UNKNOWN:
        raise Refused(_("Assess the risk before closing the incident."))
    told = incident.told_authority_at and incident.told_people_at
    if incident.risk == Risk.RELEVANT and not told:
        raise Refused(
            _("With relevant risk, the ANPD and the people must be told before it is closed (LGPD, art. 48).")
        )
    if not incident.measures.strip():
        raise Refused(_("Write down the measures taken before closing the incident."))
    why = why_not_told.strip() or incident.why_not_told
    if not told and not why:
        raise Refused(_("Say why it was not communicated: the register must hold it."))
    with transaction.atomic():
        incident.closed_at, incident.why_not_told = timezone.now(), "" if told else why
        incident.save()
        step(incident, "closed", by=by, text="" if told else why)


def reopen(incident: Incident, *, by: User | None, why: str) -> None:
    """Open it again; the clocks go on from when it was known."""
    if incident.is_open:
        return
    if not why.strip():
        raise Refused(_("Say why it is opened again."))
    with transaction.atomic():
        incident.closed_at = None
        incident.save()
        step(incident, "reopened", by=by, text=why)


def note(incident: Incident, text: str, *, by: User | None) -> None:
    """Add a note of the staff to the history."""
    if not text.strip():
        raise Refused(_("Write the note."))
    step(incident, "note", by=by, text=text)


def mark_overdue() -> None:
    """Write into the history that the time to tell is over: once (the clock)."""
    today = timezone.localdate()
    late = Incident.objects.filter(closed_at=None, told_authority_at=None, due_on__lt=today)
    for incident in late.exclude(risk=Risk.LOW).exclude(steps__what="overdue"):
        step(incident, "overdue", by=None)
