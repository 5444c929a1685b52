"""Consents: what we may do with one customer, their ledger, noting what they say, and the shop's texts."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import Customer
from recompra.customers.scope import member, visible_customer
from recompra.privacy.consents.fold import ANY
from recompra.privacy.consents.forms import ConsentForm, TextForm
from recompra.privacy.consents.ledger import current_text, grant, revoke, state, write_text
from recompra.privacy.models import Action, Channel, Consent, ConsentText, Purpose
from recompra.privacy.permission import Answer, answers, on_page
from recompra.privacy.tabs import tabs
from recompra.theme import keyset
from recompra.theme.pages import render_page

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PAGE = 30
PURPOSES: dict[str, StrPromise] = {
    "contact": gettext_lazy("Start a conversation"),
    "campaign": gettext_lazy("Send campaigns"),
    "loyalty": gettext_lazy("Loyalty programme"),
    "giftback": gettext_lazy("Giftback"),
}
"""The purposes of `permission.may` as a page says them."""


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def permission_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """*O que posso fazer com este cliente*: the verdict for every purpose and channel, with its reason."""
    customer = visible_customer(request, public_id)
    facts = on_page(request, customer)
    context = {
        "customer": customer,
        "verdicts": [
            (PURPOSES[purpose], told(list(each)))
            for purpose, each in groupby(answers(facts), key=lambda one: one.purpose)
        ],
        "general": facts.stands.get((Purpose.MARKETING, ANY)),
        "block": facts.blocks[-1] if facts.blocks and may(request.user, Capability.BLOCK) else None,
        "may_note": may_note(request),
    }
    return render(request, "privacy/_permission_card.html", context)


def told(answers: list[Answer]) -> list[tuple[bool, str, str]]:
    """(may we, by which channels, why not): channels with the same answer stand together."""
    together: dict[tuple[bool, str], list[str]] = {}
    for one in answers:
        channel = str(Channel(one.channel).label) if one.channel else ""
        together.setdefault((one.verdict.allowed, str(one.verdict.reason)), []).append(channel)
    everywhere = len(together) == 1
    return [
        (allowed, "" if everywhere and not allowed else ", ".join(filter(None, channels)), reason)
        for (allowed, reason), channels in together.items()
    ]


def may_note(request: HttpRequest) -> bool:
    """Who corrects customers, or answers for privacy, notes what people say."""
    return may(request.user, Capability.EDIT_CUSTOMERS) or may(request.user, Capability.PRIVACY)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def consents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where one customer stands, and everything they said, the newest first."""
    return _answer(request, visible_customer(request, public_id), ConsentForm())


def _answer(request: HttpRequest, customer: Customer, form: ConsentForm) -> HttpResponse:
    events = customer.consent_events.select_related("by", "text").order_by("-pk")
    if place := keyset.decode(request.GET.get("apos"), int):
        events = events.filter(pk__lt=place[0])
    found = list(events[: PAGE + 1])
    here = reverse("privacy:consents", args=[customer.public_id])
    context = {
        "customer": customer,
        "stands": [
            (Purpose(purpose).label, Channel(channel).label, purpose, channel, held)
            for (purpose, channel), held in sorted(state(customer).items())
        ],
        "actions": dict(Action.choices),
        "events": found[:PAGE],
        "more": f"{here}?apos={keyset.encode(found[PAGE - 1].pk)}" if len(found) > PAGE else "",
        "form": form,
        "may_note": may_note(request),
    }
    fragments = {"mais": "privacy/_consent_rows.html"}
    status = 422 if form.is_bound else 200
    return render_page(request, "privacy/consents.html", fragments, context, status=status)


@sensitive_post_parameters()
@requires(Capability.SEE_CUSTOMERS)
@require_POST
def consent_note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note what the customer says; a withdrawal takes one click. Back to where it was asked."""
    customer = visible_customer(request, public_id)
    if not may_note(request):
        raise PermissionDenied
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _answer(request, customer, form)
    _note(request, customer, form.cleaned_data)
    back = "customers:detail" if request.POST.get("voltar") == "cliente" else "privacy:consents"
    return redirect(back, public_id)


def _note(request: HttpRequest, customer: Customer, given: dict[str, Any]) -> None:
    said: dict[str, Any] = {
        "by": member(request),
        "origin": given["origem"] or "attendant",
        "evidence": given["prova"].strip(),
        "at": _moment(given["dia"]),
    }
    with transaction.atomic():
        if given["acao"] == Action.GRANT:
            grant(customer, given["finalidade"], given["canal"], **said)
        else:
            objects = given["acao"] == Action.OBJECT
            revoke(customer, given["finalidade"], given["canal"], objects=objects, **said)
        audit.record(request, f"consent_{given['acao']}", customer_id=customer.pk)
    words = _("Noted: agreed.") if given["acao"] == Action.GRANT else _("Noted. It holds from now on.")
    messages.success(request, words)


def _moment(day: dt.date | None) -> dt.datetime | None:
    """Noon of the day in the shop's zone; today is now, so that it comes after what was said this morning."""
    if day is None or day >= timezone.localdate():
        return None
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


@requires(Capability.PRIVACY)
def consent_texts(request: HttpRequest, purpose: str = "") -> HttpResponse:
    """The words that people agree to, with their versions; how many agreed and refused."""
    if purpose and purpose not in Purpose.values:
        raise Http404
    form = TextForm(request.POST) if request.method == "POST" else None
    if form is not None and purpose and form.is_valid():
        written = write_text(purpose, form.cleaned_data["texto"].strip(), by=member(request))
        messages.success(request, _("Version %(n)d is in force from now on.") % {"n": written.version})
        return redirect("privacy:consent_texts")
    context = {
        "purposes": [
            {
                "code": code,
                "label": label,
                "text": current_text(code),
                "older": ConsentText.objects.filter(purpose=code).order_by("-version")[1:10],
                "form": form if form is not None and code == purpose else TextForm(auto_id=f"{code}_%s"),
            }
            for code, label in Purpose.choices
        ],
        "counts": _counts(),
        "tabs": tabs(request, "privacy:consent_texts"),
    }
    return render(request, "privacy/consent_texts.html", context, status=200 if form is None else 422)


def _counts() -> list[tuple[str, str, int, int]]:
    """(purpose, channel, how many agreed, how many said no)."""
    rows = Consent.objects.values_list("purpose", "channel", "state").annotate(Count("pk")).order_by()
    found: dict[tuple[str, str], list[int]] = {}
    for purpose, channel, said, count in rows:
        found.setdefault((purpose, channel), [0, 0])[said != Action.GRANT] += count
    return [
        (str(Purpose(purpose).label), str(Channel(channel).label), agreed, refused)
        for (purpose, channel), (agreed, refused) in sorted(found.items())
    ]
