"""The e-mail that carries an invitation's link, where the installation has a mail server (`EMAIL_URL`)."""

from __future__ import annotations

import smtplib
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from recompra.accounts.models import Invitation

SECONDS = 10


def deliver(invitation: Invitation, link: str) -> bool | None:
    """Send the link; None where there is no mail server, False when it did not take the message.

    The link is shown on the page in any case, so nothing waits for a second attempt.
    """
    if not settings.EMAIL_CONFIG:
        return None
    connection, sender = _post_office(settings.EMAIL_CONFIG)
    if invitation.staff:
        subject = _("Your new password for Recompra")
        text = _("Set a new password here. The link works once, for seven days:")
    else:
        subject = _("You are invited to Recompra")
        text = _("Come in here. The link works once, for seven days:")
    letter = EmailMessage(subject, f"{text}\n\n{link}\n", sender, [invitation.email], connection=connection)
    try:
        return letter.send() == 1
    except (OSError, smtplib.SMTPException):
        return False


def _post_office(url: str) -> tuple[BaseEmailBackend, str]:
    """The connection and the sender of `smtp://user:password@host:587?from=loja@example.com`.

    `smtps:` is TLS from the first byte; on port 587 the connection is turned to TLS before anything is said.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    port = parts.port or (465 if secure else 587)
    user = unquote(parts.username or "")
    sender = parse_qs(parts.query).get("from", [user if "@" in user else f"recompra@{parts.hostname}"])[0]
    connection = get_connection(
        host=parts.hostname,
        port=port,
        username=user,
        password=unquote(parts.password or ""),
        use_ssl=secure,
        use_tls=not secure and port == 587,
        timeout=SECONDS,
    )
    return connection, sender
