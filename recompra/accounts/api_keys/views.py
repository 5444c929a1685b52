"""The page of the API keys: which there are, making one, revoking one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts.api_keys.form import NewKey
from recompra.accounts.api_keys.issue import issue, revoke
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.models import me
from recompra.accounts.roles import Capability, requires
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

ORDERS: dict[str, Lower | F] = {
    "nome": Lower("name"), "criada": F("created_at"), "uso": F("last_used_at"), "fim": F("expires_at"),
}  # fmt: skip
PAGE = 200


@requires(Capability.MANAGE_STAFF)
def api_keys(request: HttpRequest) -> HttpResponse:
    """Every key. Filters: `busca`, `situacao` (aberta, fechada); `ordem` (`-` for down)."""
    order = request.GET.get("ordem", "-criada")
    found = _sorted(_filtered(request), order).select_related("created_by").prefetch_related("stores")
    context = {"keys": found[:PAGE], "total": found.count(), "shown": PAGE}
    context |= {"filters": request.GET, "sort": order, "any": ApiKey.objects.exists()}
    return render_page(request, "accounts/api_keys.html", {"keys": "accounts/_api_keys.html"}, context)


def _filtered(request: HttpRequest) -> QuerySet[ApiKey]:
    keys = ApiKey.objects.all()
    if words := request.GET.get("busca", "").strip()[:80].replace("\0", ""):
        keys = keys.filter(Q(name__icontains=words) | Q(prefix__startswith=words))
    closed = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
    state = request.GET.get("situacao", "")
    if state == "fechada":
        return keys.filter(closed)
    return keys.exclude(closed) if state == "aberta" else keys


def _sorted(keys: QuerySet[ApiKey], order: str) -> QuerySet[ApiKey]:
    column = ORDERS.get(order.removeprefix("-"), ORDERS["criada"])
    down = order.startswith("-")
    return keys.order_by(column.desc(nulls_last=True) if down else column.asc(nulls_last=True), "pk")


@requires(Capability.MANAGE_STAFF)
def new_api_key(request: HttpRequest) -> HttpResponse:
    """Make a key; the answer shows its secret, this once."""
    form = NewKey(request.POST or None)
    if form.is_valid():
        try:
            key, secret = issue(me(request), **form.given())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            answer = render(request, "accounts/api_key_made.html", {"key": key, "secret": secret})
            answer["Cache-Control"] = "no-store"
            return answer
    return render(request, "accounts/new_api_key.html", {"form": form}, status=422 if form.errors else 200)


@requires(Capability.MANAGE_STAFF)
def revoke_api_key(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST does it."""
    key, refusal = get_object_or_404(ApiKey, pk=pk), ""
    if request.method == "POST":
        try:
            revoke(me(request), key)
        except Refused as refused:
            refusal = refused.sentence
        else:
            messages.success(request, _("The key is revoked: whatever uses it no longer gets in."))
            return redirect("accounts:api_keys")
    context = {"key": key, "refusal": refusal}
    return render(request, "accounts/revoke_api_key.html", context, status=422 if refusal else 200)
