"""Acts about a colleague's access: each asks once more on a page of its own, which works without script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.accounts import invitations, staff
from recompra.accounts.models import Invitation, User, me
from recompra.accounts.roles import Capability, requires
from recompra.accounts.team import show_link
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Act:
    """What it is called, what is asked before, what the button says, what is said after, and who does it."""

    title: StrPromise
    question: StrPromise
    button: StrPromise
    done: StrPromise
    perform: Callable[[User, User], None]


ACTS = {
    "desligar": Act(
        gettext_lazy("Switch off access"),
        gettext_lazy(
            "%(name)s will be logged out everywhere and can no longer log in. The record and the log stay."
        ),
        gettext_lazy("Switch off"),
        gettext_lazy("The access is switched off."),
        staff.switch_off,
    ),
    "religar": Act(
        gettext_lazy("Switch access on again"),
        gettext_lazy("%(name)s will be able to log in again, with the password, role and stores of before."),
        gettext_lazy("Switch on"),
        gettext_lazy("The access is switched on."),
        staff.switch_on,
    ),
    "zerar-segundo-fator": Act(
        gettext_lazy("Reset second factor"),
        gettext_lazy(
            "Do it only when you are sure that it is %(name)s who asks: afterwards the password alone opens."
        ),
        gettext_lazy("Reset"),
        gettext_lazy("The second factor was reset."),
        staff.reset_second_factor,
    ),
}


@requires(Capability.MANAGE_STAFF)
def act(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """GET asks, POST does it."""
    person = get_object_or_404(User, pk=pk)
    if slug not in ACTS:
        raise Http404
    chosen, refusal = ACTS[slug], ""
    if request.method == "POST":
        try:
            chosen.perform(me(request), person)
        except Refused as refused:
            refusal = refused.sentence
        else:
            messages.success(request, chosen.done)
            return redirect("accounts:staff")
    context = {
        "title": chosen.title,
        "question": chosen.question % {"name": person.name},
        "button": chosen.button,
        "refusal": refusal,
        "person": person,
    }
    return render(request, "accounts/confirm.html", context, status=422 if refusal else 200)


@requires(Capability.MANAGE_STAFF)
def new_password(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST makes the link and shows it, this once."""
    person = get_object_or_404(User, pk=pk, is_active=True)
    if request.method == "POST":
        return show_link(request, *invitations.new_password(me(request), person))
    context = {
        "title": _("New-password link"),
        "question": _("You get a link to hand to %(name)s. It works once, for seven days.")
        % {"name": person.name},
        "button": _("Make the link"),
        "person": person,
    }
    return render(request, "accounts/confirm.html", context)


@requires(Capability.MANAGE_STAFF)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST closes an open invitation."""
    invitation = get_object_or_404(Invitation, pk=pk)
    refusal = ""
    if request.method == "POST":
        try:
            invitations.withdraw(me(request), invitation)
        except Refused as refused:
            refusal = refused.sentence
        else:
            messages.success(request, _("The invitation was withdrawn."))
            return redirect("accounts:staff")
    context = {
        "title": _("Withdraw invitation"),
        "question": _("The link sent to %(email)s will stop working.") % {"email": invitation.email},
        "button": _("Withdraw"),
        "refusal": refusal,
    }
    return render(request, "accounts/confirm.html", context, status=422 if refusal else 200)
