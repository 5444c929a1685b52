"""Who looked at what: the append-only access log, a chain of hashes without a single personal value."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import UTC
from itertools import takewhile

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recompra.accounts.models import AccessLog, AccessLogHead, User
from recompra.theme.refused import Refused

FIELD = re.compile(r"[a-z][a-z0-9_]*")
LIKE_A_PERSONAL_DATUM = re.compile(r"@|(?:\d[\s./()-]*){8,}")

ACTIONS: dict[str, str | Promise] = {
    "log_in": _("Log-in"),
    "own_password": _("Own password changed"),
    "reveal": _("Personal data revealed"),
    "export_customers": _("Customer list exported"),
    "export_rfv": _("RFV report exported"),
    "contact": _("Conversation opened"),
    "import": _("Data imported"),
    "staff_first_owner": _("First owner created"),
    "staff_invite": _("Colleague invited"),
    "staff_join": _("Invitation accepted"),
    "staff_withdraw": _("Invitation withdrawn"),
    "staff_change": _("Colleague's record changed"),
    "staff_switch_off": _("Colleague's access switched off"),
    "staff_switch_on": _("Colleague's access switched on"),
    "staff_new_password": _("New-password link made"),
    "staff_reset_second_factor": _("Second factor reset"),
    "second_factor_policy": _("Rule of the second factor changed"),
    "export_access_log": _("Access log exported"),
    "api_key_made": _("API key made"),
    "api_key_revoked": _("API key revoked"),
}

FIELDS: dict[str, str | Promise] = {
    "cpf": "CPF",
    "cnpj": "CNPJ",
    "rg": "RG",
    "name": _("name"),
    "email": _("e-mail"),
    "phone": _("phone"),
    "mobile": _("mobile"),
    "birth_date": _("birth date"),
    "address": _("address"),
    "role": _("role"),
    "stores": _("stores"),
}


def field_words(entry: AccessLog) -> str:
    """The names of the entry's fields as the page says them: "CPF, e-mail"."""
    return ", ".join(str(FIELDS.get(name, name)) for name in entry.fields)


def actions() -> dict[str, str]:
    """Every known action with its words: ours, and those a room names as `audit_actions` on its AppConfig."""
    known = dict(ACTIONS)
    for config in apps.get_app_configs():
        known.update(getattr(config, "audit_actions", {}))
    return {action: str(words) for action, words in known.items()}


def record(
    by: HttpRequest | User | None,
    action: str,
    *,
    about: User | None = None,
    customer_id: int | None = None,
    fields: Iterable[str] = (),
    count: int | None = None,
    reason: str = "",
) -> AccessLog:
    """Add one entry to the chain and return it.

    `by` is the request or the member of staff, None for the installation itself (command line, worker);
    `about` is the colleague whose record or access it was, `customer_id` the customer.
    `fields` are *names* of fields. Keep the surrounding transaction short: the chain's head stays locked
    until it ends.

    Raises ValueError for a field that is not a name, and Refused for a reason that looks like a document, a
    phone or an e-mail: the log must stay free of personal data.
    """
    names = sorted(set(fields))
    if not all(FIELD.fullmatch(name) for name in names) or not FIELD.fullmatch(action):
        raise ValueError("The access log takes names of actions and fields, never values.")
    if LIKE_A_PERSONAL_DATUM.search(reason):
        raise Refused(
            _("Give the reason without document numbers, phones or e-mails: the log keeps no such data.")
        )
    entry = AccessLog(
        at=timezone.now(),
        staff=_staff(by),
        action=action,
        about=about,
        customer_id=customer_id,
        fields=names,
        count=count,
        reason=reason[:200],
    )
    with transaction.atomic():
        head, _created = AccessLogHead.objects.select_for_update().get_or_create(pk=1)
        entry.prev_hash = head.hash
        entry.hash = digest(entry)
        entry.save()
        head.hash, head.entries = entry.hash, head.entries + 1
        head.save()
    return entry


def _staff(by: HttpRequest | User | None) -> User | None:
    person = by.user if isinstance(by, HttpRequest) else by
    return person if isinstance(person, User) else None


def digest(entry: AccessLog) -> str:
    """SHA-256 over the entry's content and the hash before it, in one fixed writing."""
    content = [
        entry.prev_hash,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.staff_id,
        entry.action,
        entry.about_id,
        entry.customer_id,
        entry.fields,
        entry.count,
        entry.reason,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def first_break() -> int | None:
    """The id of the first entry that does not fit; 0 when entries are missing at the end; None when whole."""
    head = AccessLogHead.objects.filter(pk=1).first()
    before, seen = (head.cut_hash, head.cut_entries) if head else ("", 0)
    for entry in AccessLog.objects.order_by("id").iterator(chunk_size=2000):
        if entry.prev_hash != before or entry.hash != digest(entry):
            return entry.pk
        before, seen = entry.hash, seen + 1
    if (head.hash, head.entries) != (before, seen) if head else seen:
        return 0
    return None


def cut(first: Iterable[int]) -> int:
    """Take the oldest entries off the chain, by the shop's rule of retention; how many went.

    `first` are ids: only an unbroken beginning goes, and the chain then begins where it was cut.
    """
    wanted = set(first)
    with transaction.atomic():
        head = AccessLogHead.objects.select_for_update().filter(pk=1).first()
        if head is None:
            return 0
        going = list(takewhile(lambda entry: entry.pk in wanted, AccessLog.objects.order_by("id").iterator()))
        if going:
            head.cut_hash, head.cut_entries = going[-1].hash, head.cut_entries + len(going)
            head.save()
            QuerySet.delete(AccessLog.objects.filter(pk__lte=going[-1].pk))
    return len(going)
