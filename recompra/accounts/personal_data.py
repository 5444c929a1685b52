"""What this room (and the log-in library) holds about people, what for, and how long."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from recompra.theme.personal import Declared, Held, Row, columns, forget, rows_about

STAFF = _("art. 7, V: the contract of work or service with the member of staff")
SECURITY = _("art. 7, II and IX: security of the data (art. 46) and proof of who saw what")

PERSONAL = (
    Declared(
        (
            *columns("accounts.User", "email name role language"),
            *columns("accounts.Invitation", "email role"),
            "account.EmailAddress.email",
        ),
        _("knowing who works here and what they may do"),
        STAFF,
        _("while the person works here, then as long as the access log refers to them"),
    ),
    Declared(
        (
            "accounts.User.password",
            "accounts.Invitation.token_hash",
            "accounts.ApiKey.secret_hash",
            "account.EmailConfirmation.key",
            *columns("mfa.Authenticator", "type data"),
        ),
        _("letting in nobody else"),
        SECURITY,
        _("while the account is active"),
    ),
    Declared(
        (
            *columns("usersessions.UserSession", "ip session_key user_agent data"),
            *columns("sessions.Session", "session_key session_data"),
        ),
        _("showing a member of staff their own sessions, and ending them"),
        SECURITY,
        _("until the session ends, 12 hours at most"),
    ),
    Declared(
        columns("accounts.AccessLog", "action fields reason prev_hash hash"),
        _("who looked at or took away whose data: names of fields, never values"),
        SECURITY,
        _("5 years"),
    ),
)
NOT_PERSONAL = frozenset(
    (
        *columns("accounts.Store", "code name city state"),
        *columns("accounts.AccessLogHead", "hash cut_hash"),
        "accounts.HousePolicy.setup_code_hash",
        *columns("accounts.ApiKey", "prefix name scopes"),
        *columns("auth.Permission", "name codename"),
        "auth.Group.name",
        *columns("contenttypes.ContentType", "app_label model"),
    )
)

HELD = (
    Held(
        "accounts.AccessLog",
        _("who looked at the data"),
        "customer_id",
        kept=_("proof of who saw what: numbers and names of fields, no data (LGPD arts. 37 and 46)"),
    ),
)


def export(customer_id: int) -> dict[str, list[Row]]:
    """Who looked at the customer's data, when, and at which fields."""
    return rows_about(HELD, customer_id)


def erase(customer_id: int) -> dict[str, int]:
    """The log stays: it holds a number that leads to nobody any more."""
    return forget(HELD, customer_id)
