"""A colleague comes in by the link of an invitation, or sets a new password by one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from recompra.accounts import invitations
from recompra.accounts.forms import NewPassword, OwnWords
from recompra.accounts.models import Invitation
from recompra.accounts.opening import knock, let_in
from recompra.accounts.roles import public
from recompra.theme.refused import Refused

KEPT = "invitation"


@public
def follow_link(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the token out of the address at once, so that no history, log or referrer keeps it."""
    request.session[KEPT] = token
    return redirect("accounts:join")


@sensitive_post_parameters("password", "again")
@public
def join(request: HttpRequest) -> HttpResponse:
    token = request.session.get(KEPT, "")
    invitation = invitations.find(token) if token else None
    if invitation is None:
        return render(request, "accounts/join_closed.html", status=410)
    form = _form(request, invitation)
    if request.method == "POST" and not knock(request):
        form.add_error(None, _("Too many attempts. Wait a minute and try again."))
    elif form.is_valid():
        try:
            user = invitations.accept(token, form.cleaned_data.get("name", ""), form.cleaned_data["password"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            request.session.flush()
            return let_in(request, user)
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, invitation: Invitation) -> OwnWords:
    given = request.POST or None
    return NewPassword(given, staff=invitation.staff) if invitation.staff else OwnWords(given)
