"""What ends by itself and must not stay: sessions that ran out, invitations long closed."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from recompra.accounts.models import Invitation

KEPT = timedelta(days=30)


def sweep() -> None:
    """Delete ended sessions with their network addresses, and invitations closed a month ago (nightly)."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    Invitation.objects.filter(Q(used_at__lt=now - KEPT) | Q(expires_at__lt=now - KEPT)).delete()
