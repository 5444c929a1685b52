"""*Cadastros bloqueados*: the list, blocking many, one person's blocks with their history, and lifting."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts import audit
from recompra.accounts.masking import mask_cpf, sees_personal_data
from recompra.accounts.models import User
from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import Customer
from recompra.customers.scope import member, visible_customer
from recompra.privacy.blocks import list as block_list
from recompra.privacy.blocks.cpf_list import Cpfs, read_file, read_typed
from recompra.privacy.blocks.forms import REASONS, BlockForm, BlockManyForm
from recompra.privacy.blocks.hold import block, block_many, holds_on, lift, of_customer
from recompra.privacy.blocks.story import steps
from recompra.privacy.models import Block
from recompra.privacy.permission import on_page
from recompra.privacy.tabs import tabs
from recompra.theme import formats
from recompra.theme.pages import render_page
from recompra.theme.refused import Refused

LIST = {"bloqueios": "privacy/_blocks.html", "mais": "privacy/_block_rows.html"}
SITUATIONS = {
    block_list.STANDING: gettext_lazy("In force"),
    block_list.LIFTED: gettext_lazy("Lifted"),
    block_list.EXPIRED: gettext_lazy("Ended by themselves"),
    block_list.ALL: gettext_lazy("All of them"),
}
ORDERS = {
    block_list.NEWEST: gettext_lazy("Newest first"),
    block_list.OLDEST: gettext_lazy("Oldest first"),
    block_list.ENDING: gettext_lazy("Ending soonest"),
}


@sensitive_post_parameters("busca")
@requires(Capability.BLOCK)
def blocks(request: HttpRequest) -> HttpResponse:
    """What the filters in the address show; what is looked for comes by POST and stays out of it."""
    user = member(request)
    filters = block_list.Filters.read(request.GET, user.store_scope())
    typed = request.POST.get("busca", "").strip() if request.method == "POST" else ""
    if typed:
        lines, after = block_list.find(typed, user.store_scope()), ""
    else:
        lines, after = block_list.page(filters, request.GET.get("apos"))
    context = {
        "lines": [(line, shown_cpf(line.cpf, user)) for line in lines],
        "typed": typed,
        "more": f"{reverse('privacy:blocks')}?{filters.query(apos=after)}" if after else "",
        "filters": filters,
        "situations": SITUATIONS.items(),
        "orders": ORDERS.items(),
        "functions": Block.Function.choices,
        "may_export": may(user, Capability.EXPORT),
        "tabs": tabs(request, "privacy:blocks") if may(user, Capability.PRIVACY) else [],
    }
    return render_page(request, "privacy/blocks.html", LIST, context)


@sensitive_post_parameters()
@requires(Capability.BLOCK)
def block_new(request: HttpRequest) -> HttpResponse:
    """Block one or many by CPF. Who is not registered yet is blocked on arrival."""
    form = BlockManyForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "reasons": REASONS}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = _read(given)
        except Refused as refused:
            form.add_error("arquivo" if given["arquivo"] else "cpfs", str(refused.sentence))
        else:
            context |= _blocked(request, given, found)
            return render(request, "privacy/blocks_done.html", context, status=200 if found.good else 422)
    return render(request, "privacy/block_new.html", context, status=422 if form.is_bound else 200)


def _read(given: dict[str, Any]) -> Cpfs:
    """Both lists together: what was typed, then the file."""
    found = read_typed(given["cpfs"])
    if given["arquivo"]:
        from_file = read_file(given["arquivo"].name or "", given["arquivo"])
        found.repeated += from_file.repeated
        found.bad += from_file.bad
        for one in from_file.good:
            found.add(0, one)
    return found


def _blocked(request: HttpRequest, given: dict[str, Any], found: Cpfs) -> dict[str, Any]:
    with transaction.atomic():
        made = block_many(
            found.good, given["funcoes"], given["motivo"], by=member(request), until=given["ate"]
        )
        count = len({one.cpf for one in made})
        if made:
            audit.record(request, "block", fields=["cpf"], count=count)
    known = Customer.objects.filter(cpf__in=found.good, merged_into=None).count()
    return {
        "found": found,
        "count": count,
        "already": len(found.good) - count,
        "unknown": len(found.good) - known,
    }


@sensitive_post_parameters()
@requires(Capability.BLOCK)
@require_POST
def block_customer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Block the customer whose page is open, and go back to it."""
    customer = visible_customer(request, public_id)
    form = BlockForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "customer": customer, "reasons": REASONS}
        return render(request, "privacy/block_customer.html", context, status=422)
    given = form.cleaned_data
    with transaction.atomic():
        made = block(customer, given["funcoes"], given["motivo"], by=member(request), until=given["ate"])
        if made:
            audit.record(request, "block", customer_id=customer.pk, count=1)
    if made:
        messages.success(request, _("Blocked. Nothing of the kind reaches this customer from now on."))
    else:
        messages.info(request, _("This customer was blocked already."))
    return redirect("customers:detail", public_id)


@requires(Capability.BLOCK)
@require_GET
def block_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The button on the customer's page, with what is asked behind it."""
    customer = visible_customer(request, public_id)
    held = {one.function for one in on_page(request, customer).blocks}
    form = _empty_form(get_language())
    context = {"customer": customer, "form": form, "held": len(held), "reasons": REASONS}
    return render(request, "privacy/_block_action.html", context)


@lru_cache(maxsize=8)
def _empty_form(language: str | None) -> SafeString:
    """What is asked, which is the same of everybody: to draw it took a tenth of the customer's page."""
    return BlockForm(auto_id="bloquear_%s").render()


def shown_cpf(cpf: str | None, user: User) -> str:
    """The CPF as this person may see it; "" where there is none."""
    return (formats.cpf(cpf) if sees_personal_data(user) else mask_cpf(cpf)) if cpf else ""


def visible_block(request: HttpRequest, pk: int) -> Block:
    """The block, if it is of somebody this person may see. Raises Http404 otherwise."""
    found = block_list.visible(member(request).store_scope()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def of_same_person(one: Block) -> tuple[Customer | None, Any]:
    """(the customer, every block of theirs); without a customer those of the CPF."""
    customer = one.customer or Customer.objects.filter(cpf=one.cpf or None, merged_into=None).first()
    if customer is not None:
        return customer, of_customer(customer)
    return None, Block.objects.filter(cpf=one.cpf)


@requires(Capability.BLOCK)
def block_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What one person is blocked from, and was before; by POST, lift what was ticked."""
    one = visible_block(request, pk)
    customer, theirs = of_same_person(one)
    standing = theirs.filter(holds_on(timezone.localdate())).order_by("function", "pk")
    if request.method == "POST":
        return _lifted(request, customer, standing, pk)
    context = {
        "one": one,
        "customer": customer,
        "cpf": shown_cpf(one.cpf or (customer.cpf if customer else ""), member(request)),
        "standing": standing.select_related("by"),
        "history": steps(theirs),
    }
    return render(request, "privacy/block_person.html", context)


def _lifted(request: HttpRequest, customer: Customer | None, standing: Any, pk: int) -> HttpResponse:
    chosen = standing.filter(pk__in=[int(one) for one in request.POST.getlist("bloqueio") if one.isdecimal()])
    if not chosen.exists():
        raise Refused(_("Tick what is to be lifted."))
    with transaction.atomic():
        count = lift(
            Block.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))), by=member(request)
        )
        audit.record(request, "unblock", customer_id=customer.pk if customer else None, count=count)
    messages.success(request, ngettext("%(n)d block lifted.", "%(n)d blocks lifted.", count) % {"n": count})
    if customer is not None and "cliente" in request.POST:
        return redirect("customers:detail", customer.public_id)
    return redirect("privacy:block", pk)
