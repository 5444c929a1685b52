"""Where one is logged in, and ending that from here."""

from __future__ import annotations

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recompra.accounts.models import User


def own_sessions(request: HttpRequest) -> HttpResponse:
    """GET lists; POST ends the session with the given id, or every other one when none is given."""
    listed = UserSession.objects.purge_and_list(request.user)
    if request.method == "POST":
        chosen = request.POST.get("session", "")
        ended = [s for s in listed if (str(s.pk) == chosen if chosen else not s.is_current())]
        end_sessions(request, ended)
        messages.success(
            request,
            ngettext("%(n)d session ended.", "%(n)d sessions ended.", len(ended)) % {"n": len(ended)}
            if ended
            else _("There was no other session."),
        )
        return redirect("usersessions_list")
    listed.sort(key=lambda session: (not session.is_current(), -session.last_seen_at.timestamp()))
    return render(request, "usersessions/usersession_list.html", {"sessions": listed})


def end_all(user: User) -> int:
    """End every session of a person: after a switched-off access or a new password. Returns how many."""
    listed = list(UserSession.objects.filter(user=user))
    for session in listed:
        session.end()
    return len(listed)
