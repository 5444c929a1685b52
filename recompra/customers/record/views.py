"""The pages where a customer is registered and corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from recompra.accounts import audit
from recompra.accounts.masking import sees_personal_data
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import Customer
from recompra.customers.record import changes, register
from recompra.customers.record.alike import alike, warnings
from recompra.customers.record.completeness import of
from recompra.customers.record.fields import is_masked
from recompra.customers.record.form import RecordForm, texts_of
from recompra.customers.record.meanwhile import before, merged, saved
from recompra.customers.record.register import Stale, Wrong
from recompra.customers.scope import member, visible_customer, within
from recompra.theme.refused import Refused

if TYPE_CHECKING:
    from recompra.accounts.models import User

COMPANY = "empresa"
PROTOCOL = re.compile(r"[A-Z0-9-]{6,16}")


@sensitive_post_parameters()
@requires(Capability.EDIT_CUSTOMERS)
def new(request: HttpRequest) -> HttpResponse:
    """Register a person or (`?tipo=empresa`) a company; who may be registered already is asked first."""
    user = member(request)
    company = request.GET.get("tipo") == COMPANY
    form = RecordForm(request.POST or None, said={}, whole=True, company=company)
    context: dict[str, Any] = {"form": form, "company": company}
    if request.method == "POST" and form.is_valid():
        found, against = alike(form.changed, user.store_scope()), warnings(form.changed)
        if (found or against) and "assim_mesmo" not in request.POST:
            context |= {"alike": found, "against": against}
        else:
            try:
                customer = register.create(form.changed, by=user)
            except Wrong as wrong:
                context |= _told(form, wrong, user)
            else:
                messages.success(request, _("The record is made."))
                return redirect("customers:detail", customer.public_id)
    return render(request, "customers/new.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@requires(Capability.EDIT_CUSTOMERS)
def amend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a record. Who saves on top of somebody else's newer version gets both to look at.

    `?solicitacao=` is the protocol of the data subject's request that this answers (LGPD, art. 18, III).
    """
    customer = visible_customer(request, public_id)
    if request.method != "POST":
        return _opened(request, customer)
    desk = Desk.read(request, customer)
    if "mostrar" in request.POST:
        return _revealed(request, desk)
    if "deles" in request.POST:
        return desk.answer(_theirs(desk, request.POST["deles"]))
    if not desk.form.is_valid():
        return desk.answer(desk.form)
    try:
        register.amend(
            customer.pk,
            desk.form.changed,
            seen_version=desk.version,
            by=member(request),
            **_origin(request, desk.form.cleaned_data["reason"]),
        )
    except Stale as stale:
        return _stale(request, stale)
    except Wrong as wrong:
        return desk.answer(desk.form, **_told(desk.form, wrong, member(request)))
    messages.success(request, _("Saved.") if desk.form.changed else _("Nothing was changed."))
    return redirect("customers:detail", public_id)


def _origin(request: HttpRequest, reason: str) -> dict[str, str]:
    """Where the change comes from and why."""
    protocol = request.GET.get("solicitacao", "")
    if not PROTOCOL.fullmatch(protocol):
        return {"origin": register.Origin.ATTENDANT, "reason": reason}
    told = _("request %(protocol)s") % {"protocol": protocol}
    return {"origin": register.Origin.REQUEST, "reason": f"{told}: {reason}" if reason else told}


@dataclass(frozen=True)
class Desk:
    """A posted form beside the record as it is now. `opened` is the version that the person first saw,
    `version` the one that they write on top of."""

    request: HttpRequest
    customer: Customer
    said: dict[str, str]
    form: RecordForm
    opened: int
    version: int

    @classmethod
    def read(cls, request: HttpRequest, customer: Customer) -> Desk:
        version = _number(request.POST.get("versao"), customer.version)
        said = texts_of(customer)
        form = RecordForm(
            request.POST,
            said=before(said, changes.since(customer.pk, version)),
            whole=_sees(request) or _has_revealed(request),
            company=_is_company(request, customer),
        )
        opened = _number(request.POST.get("aberta"), version)
        return cls(request, customer, said, form, opened, version)

    def answer(self, form: RecordForm, status: int = 422, **told: Any) -> HttpResponse:
        """The page again with this form: nothing of what was written is lost."""
        newer = changes.since(self.customer.pk, self.opened)
        meanwhile = saved(form, self.said, newer, whole=_sees(self.request))
        context = {"meanwhile": meanwhile, "opened": self.opened, "version": self.version, **told}
        return _page(self.request, self.customer, form, context, status)


def _opened(request: HttpRequest, customer: Customer) -> HttpResponse:
    form = RecordForm(said=texts_of(customer), whole=_sees(request), company=_is_company(request, customer))
    if form.whole:
        fields = [name for name in form.fields if is_masked(name) and name != "reason"]
        audit.record(request, "view", customer_id=customer.pk, fields=fields)
    return _page(request, customer, form, {"opened": customer.version, "version": customer.version})


def _page(
    request: HttpRequest, customer: Customer, form: RecordForm, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    kinds = customer.contact_points.values_list("kind", flat=True)
    masked = any(is_masked(name) and form.said.get(name) for name in form.fields)
    context = {
        "customer": customer,
        "form": form,
        "company": _is_company(request, customer),
        "completeness": of(customer, set(kinds)),
        "revealed": form.whole and not _sees(request),
        "may_reveal": not form.whole and masked and may(member(request), Capability.REVEAL_PERSONAL_DATA),
    }
    return render(request, "customers/amend.html", context | told, status=status)


def _revealed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same form without masks, this once; who saw whose is logged first."""
    user = member(request)
    if not may(user, Capability.REVEAL_PERSONAL_DATA):
        raise Refused(_("Your role does not include seeing personal data."))
    fields = [name for name in desk.form.fields if is_masked(name) and name != "reason"]
    audit.record(request, "reveal", customer_id=desk.customer.pk, fields=fields)
    whole = RecordForm(said=desk.said, whole=True, company=_is_company(request, desk.customer))
    data = merged(desk.form, whole)
    shown = RecordForm(data, said=desk.said, whole=True, company=_is_company(request, desk.customer))
    return desk.answer(shown, status=200)


def _theirs(desk: Desk, name: str) -> RecordForm:
    """The form with the saved value in place of what the person had written there."""
    company = _is_company(desk.request, desk.customer)
    now = RecordForm(said=desk.said, whole=_sees(desk.request), company=company)
    data = merged(desk.form, now)
    if name in now.fields and name != "reason":
        data[name] = now.fields[name].kept  # type: ignore[attr-defined]  # a field of the record
    return RecordForm(data, said=desk.said, whole=_sees(desk.request), company=company)


def _stale(request: HttpRequest, stale: Stale) -> HttpResponse:
    """Somebody saved first: what this person wrote, on top of the record as it is now."""
    mine = Desk.read(request, stale.customer)
    form = _theirs(mine, "")
    desk = Desk(request, stale.customer, mine.said, form, mine.opened, stale.customer.version)
    return desk.answer(form, refusal=stale.sentence)


def _told(form: RecordForm, wrong: Wrong, user: User) -> dict[str, Any]:
    """Puts each sentence at its field; and who has the document, where this person may see them."""
    for name, sentence in wrong.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    visible = Customer.objects.filter(within(user.store_scope()), public_id__in=wrong.taken.values())
    return {"taken": list(visible), "is_taken": bool(wrong.taken)}


def _sees(request: HttpRequest) -> bool:
    return sees_personal_data(member(request))


def _has_revealed(request: HttpRequest) -> bool:
    """Whether the form that was sent had been shown without masks. Nothing is shown for it: it only says that
    a blank field was emptied by the person."""
    return request.POST.get("inteiro") == "1" and may(member(request), Capability.REVEAL_PERSONAL_DATA)


def _is_company(request: HttpRequest, customer: Customer) -> bool:
    return customer.is_company or request.GET.get("tipo") == COMPANY


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else otherwise
