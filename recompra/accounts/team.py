"""The pages of the team: who works here, inviting, changing, switching off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recompra.accounts import invitations, staff
from recompra.accounts.forms import Colleague, RoleAndStores
from recompra.accounts.letter import deliver
from recompra.accounts.models import HousePolicy, Invitation, Store, User, me
from recompra.accounts.roles import MEANS, Capability, Role, requires
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ORDERS: dict[str, Lower | F] = {"nome": Lower("name"), "funcao": F("role"), "entrada": F("last_login")}
PAGE = 200


@requires(Capability.MANAGE_STAFF)
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works here. Filters: `busca`, `funcao`, `loja`, `situacao`; `ordem` (`-` for down)."""
    found = _sorted(_filtered(request), request.GET.get("ordem", "nome"))
    context = {
        "people": found.prefetch_related("stores")[:PAGE],
        "total": found.count(),
        "shown": PAGE,
        "filters": request.GET,
        "sort": request.GET.get("ordem", "nome"),
        "roles": Role.choices,
        "stores": Store.objects.all(),
        "policy": HousePolicy.current(),
        "open_invitations": invitations.open_ones().filter(staff=None).prefetch_related("stores"),
    }
    return render_page(request, "accounts/team.html", {"people": "accounts/_people.html"}, context)


def _filtered(request: HttpRequest) -> QuerySet[User]:
    wanted = request.GET
    people = User.objects.annotate(
        second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP))
    )
    if words := wanted.get("busca", "").strip()[:120]:
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if (role := wanted.get("funcao", "")) in Role.values:
        people = people.filter(role=role)
    if (store := wanted.get("loja", "")).isdecimal():
        people = people.filter(stores=int(store[:18]))
    if (state := wanted.get("situacao", "")) in ("ligado", "desligado"):
        people = people.filter(is_active=state == "ligado")
    return people


def _sorted(people: QuerySet[User], order: str) -> QuerySet[User]:
    column = ORDERS.get(order.removeprefix("-"), ORDERS["nome"])
    down = order.startswith("-")
    return people.order_by(column.desc(nulls_last=True) if down else column.asc(nulls_last=True), "pk")


@requires(Capability.MANAGE_STAFF)
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation; the answer shows its link, this once."""
    form = RoleAndStores(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            invitation, token = invitations.invite(
                me(request), given["email"], given["role"], given["stores"]
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return show_link(request, invitation, token)
    context = {"form": form, "roles": _roles()}
    return render(request, "accounts/invite.html", context, status=422 if form.errors else 200)


def show_link(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("accounts:follow_link", args=[token]))
    sent = deliver(invitation, link)
    return render(request, "accounts/link.html", {"invitation": invitation, "link": link, "sent": sent})


@requires(Capability.MANAGE_STAFF)
def colleague(request: HttpRequest, pk: int) -> HttpResponse:
    """One colleague: name, e-mail, role, stores, and what else may be done about the access."""
    person = get_object_or_404(User, pk=pk)
    form = Colleague(
        request.POST or None,
        initial={
            "name": person.name,
            "email": person.email,
            "role": person.role,
            "stores": person.stores.all(),
        },
    )
    if form.is_valid():
        try:
            changed = staff.change(me(request), person, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
            return redirect("accounts:staff")
    context = {
        "person": get_object_or_404(User, pk=pk),
        "form": form,
        "roles": _roles(),
        "second_factor": Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists(),
    }
    return render(request, "accounts/colleague.html", context, status=422 if form.errors else 200)


def _roles() -> list[tuple[StrPromise, StrPromise]]:
    return [(role.label, MEANS[role]) for role in Role]


@requires(Capability.MANAGE_STAFF)
@require_POST
def second_factor_policy(request: HttpRequest) -> HttpResponse:
    """Require a second factor of everybody, or leave it to each."""
    required = request.POST.get("required") == "1"
    staff.require_second_factor(me(request), required)
    messages.success(
        request, _("A second factor is now required.") if required else _("A second factor is now optional.")
    )
    return redirect("accounts:staff")
