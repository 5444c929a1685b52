"""The page of the first run: the installation code opens it once, for the first owner."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from recompra.accounts.first_run import awaits_owner, open_with
from recompra.accounts.forms import FirstOwner
from recompra.accounts.models import User
from recompra.accounts.roles import public
from recompra.theme.refused import Refused

ATTEMPTS = {"knock": "10/m/ip"}


@sensitive_post_parameters("code", "password", "again")
@public
def first_run(request: HttpRequest) -> HttpResponse:
    """Step 1 of three; where somebody works here already, it leads home."""
    if not awaits_owner():
        return redirect("home")
    form = FirstOwner(request.POST or None)
    if request.method == "POST" and not knock(request):
        form.add_error(None, _("Too many attempts. Wait a minute and try again."))
    elif form.is_valid():
        given = form.cleaned_data
        try:
            owner = open_with(
                given["code"], email=given["email"], name=given["name"], password=given["password"]
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return let_in(request, owner)
    steps = [(_("Create the owner"), "now"), (_("Import the sales"), "later"), (_("See the panel"), "later")]
    context = {"form": form, "steps": steps}
    return render(request, "accounts/first_run.html", context, status=422 if form.errors else 200)


def knock(request: HttpRequest) -> bool:
    """Whether this address may try a secret once more: ten times a minute, counted across processes."""
    return ratelimit.consume(request, app="recompra.accounts", action="knock", config=ATTEMPTS) is not None


def let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Log in somebody who has just proved who they are; a second factor, if any, is still asked."""
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url="/"))
    return response
