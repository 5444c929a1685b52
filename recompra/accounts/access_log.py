"""The page of the access log: who looked at what, and when; never a value."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recompra.accounts import audit
from recompra.accounts.models import AccessLog, User
from recompra.accounts.roles import Capability, requires
from recompra.theme import keyset
from recompra.theme.pages import render_page
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Kind, csv_chunks
from recompra.theme.typed_days import day_of, midnight

PAGE = 50


@requires(Capability.MANAGE_STAFF)
def access_log(request: HttpRequest) -> HttpResponse:
    """Newest first. Filters: `busca` (customer number or text), `quem`, `acao`, `de` and `ate` (days)."""
    entries = list(_after(filtered(request), request.GET.get("apos"))[: PAGE + 1])
    shown, more = entries[:PAGE], ""
    if len(entries) > PAGE:
        query = request.GET.copy()
        query["apos"] = keyset.encode(shown[-1].pk)
        more = f"{reverse('accounts:access_log')}?{query.urlencode()}"
    known = audit.actions()
    for entry in shown:
        entry.words = known.get(entry.action, entry.action)  # type: ignore[attr-defined]
        entry.field_words = audit.field_words(entry)  # type: ignore[attr-defined]
    context = {
        "entries": shown,
        "more": more,
        "filters": request.GET,
        "query": request.GET.urlencode(),
        "staff": User.objects.order_by("name", "pk"),
        "actions": sorted(known.items(), key=lambda pair: pair[1]),
    }
    fragments = {"entries": "accounts/_entries.html", "more": "accounts/_entry_rows.html"}
    return render_page(request, "accounts/access_log.html", fragments, context)


def filtered(request: HttpRequest) -> QuerySet[AccessLog]:
    wanted = request.GET
    entries = AccessLog.objects.select_related("staff", "about").order_by("-id")
    if words := wanted.get("busca", "").strip()[:100]:
        numbered = (
            Q(customer_id=int(words)) if words.isascii() and words.isdecimal() and len(words) < 19 else Q()
        )
        entries = entries.filter(numbered | Q(reason__icontains=words) | Q(about__name__icontains=words))
    if (who := wanted.get("quem", "")).isdecimal():
        entries = entries.filter(staff=int(who[:18]))
    if action := wanted.get("acao", ""):
        entries = entries.filter(action=action[:40])
    if since := day_of(wanted.get("de", "")):
        entries = entries.filter(at__gte=midnight(since))
    if until := day_of(wanted.get("ate", "")):
        entries = entries.filter(at__lt=midnight(until + dt.timedelta(days=1)))
    return entries


def _after(entries: QuerySet[AccessLog], cursor: str | None) -> QuerySet[AccessLog]:
    place = keyset.decode(cursor, int)
    return entries.filter(pk__lt=place[0]) if place else entries


@requires(Capability.MANAGE_STAFF)
def access_log_file(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered entries as CSV (`;`, UTF-8 with BOM), oldest first, with the hashes of the chain."""
    entries = filtered(request).order_by("id")
    audit.record(request, "export_access_log", count=entries.count())
    known = audit.actions()
    rows = (_row(entry, known) for entry in entries.iterator(chunk_size=2000))
    response = StreamingHttpResponse(csv_chunks(_columns(), rows), content_type=CONTENT_TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="acessos-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _columns() -> list[Column]:
    """Made before the answer streams: by then the person's language is no longer the active one."""
    return [
        Column(_("Number"), Kind.INTEGER),
        Column(_("When"), Kind.MOMENT),
        Column(_("Who")),
        Column(_("Action")),
        Column(pgettext("access log", "About")),
        Column(_("Customer"), Kind.INTEGER),
        Column(_("Fields")),
        Column(_("How many"), Kind.INTEGER),
        Column(_("Reason")),
        Column("hash"),
    ]


def _row(entry: AccessLog, known: dict[str, str]) -> tuple[Any, ...]:
    return (
        entry.pk,
        entry.at,
        str(entry.staff or ""),
        known.get(entry.action, entry.action),
        str(entry.about or ""),
        entry.customer_id,
        audit.field_words(entry),
        entry.count,
        entry.reason,
        entry.hash,
    )
