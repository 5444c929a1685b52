"""Carla was blocked when she was erased: whoever has her document is blocked again by the house itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import Customer
from recompra.customers.record import register, undo
from recompra.privacy.blocks.hold import block, lift, standing_blocks
from recompra.privacy.erasure import ledger, replay
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.erasure.newcomer import warn
from recompra.privacy.models import Block, ErasedIdentifier, Erasure
from recompra.privacy.permission import may
from recompra.work.drain import drain

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
CPF = "12345678909"
CNPJ = "11222333000181"


def erased(customer: Customer) -> Erasure:
    row = request_erasure(customer, by=None)
    drain(Erasure, raising=True)
    row.refresh_from_db()
    return row


def again(**fields: str) -> Customer:
    return register.create({"name": "Carla Nogueira", "cpf": CPF} | fields, by=None)


def functions(customer: Customer) -> list[str]:
    return sorted(standing_blocks(customer).values_list("function", flat=True))


def test_carla_comes_back_by_her_cpf_and_is_blocked_as_before(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    until = timezone.localdate() + dt.timedelta(days=30)
    block(shop.carla, ["loyalty"], "Carla brigou na loja", by=shop.marta)
    block(CPF, ["giftback"], "abuso", until=until)
    erased(shop.carla)
    assert not Block.objects.filter(reason="Carla brigou na loja").exists()
    form = {"name": "Carla Nogueira", "cpf": "123.456.789-09", "assim_mesmo": "1"}
    assert client_for(shop.saulo).post("/clientes/novo/", form).status_code == 302
    back = Customer.objects.get(cpf=CPF)
    assert functions(back) == ["giftback", "loyalty"]
    assert [one.until for one in standing_blocks(back).order_by("function")] == [until, None]
    assert not may(back, "loyalty", "").allowed
    assert not may(back, "giftback", "").allowed
    (reason,) = set(standing_blocks(back).values_list("reason", flat=True))
    assert "eliminação" in reason
    assert AccessLog.objects.filter(action="block", customer_id=back.pk, count=2).count() == 1
    assert functions(shop.ana) == []


def test_a_correction_of_the_cpf_brings_them_too_and_so_does_taking_one_back(shop: Cast) -> None:
    block(shop.carla, ["giftback"], "abuso")
    erased(shop.carla)
    davi = shop.davi
    register.amend(davi.pk, {"city": "Londrina"}, seen_version=None, by=None)
    assert functions(davi) == []
    register.amend(davi.pk, {"cpf": CPF}, seen_version=None, by=None)
    assert functions(Customer.objects.get(pk=davi.pk)) == ["giftback"]


def test_taking_back_a_removal_of_the_cpf_blocks_whoever_was_erased_meanwhile(shop: Cast) -> None:
    davi = shop.davi
    block(shop.carla, ["giftback"], "abuso")
    Customer.objects.filter(pk=shop.carla.pk).update(cpf=None)
    register.amend(davi.pk, {"cpf": CPF}, seen_version=None, by=None)
    register.amend(davi.pk, {"cpf": ""}, seen_version=None, by=None)
    Customer.objects.filter(pk=shop.carla.pk).update(cpf=CPF)
    erased(shop.carla)
    undo.undo(davi.changes.order_by("-pk")[0], by=None)
    assert functions(Customer.objects.get(pk=davi.pk)) == ["giftback"]


def test_a_company_comes_back_by_its_cnpj(shop: Cast) -> None:
    firm = register.create({"name": "Padaria Sol", "cnpj": CNPJ}, by=None)
    block(firm, ["campaigns"], "pediu")
    erased(firm)
    back = register.create({"name": "Padaria Sol", "cnpj": CNPJ}, by=None)
    assert functions(back) == ["campaigns"]


def test_a_shared_telephone_blocks_nobody_who_has_another_cpf(shop: Cast) -> None:
    block(shop.carla, ["giftback"], "abuso")
    mobile = shop.carla.contact_points.get(kind="mobile").value
    erased(shop.carla)
    dora = register.create({"name": "Dora", "cpf": "39053344705", "mobile": f"+{mobile}"}, by=None)
    assert functions(dora) == []


def test_only_what_held_at_the_end_comes_back(shop: Cast) -> None:
    today = timezone.localdate()
    block(shop.carla, ["campaigns"], "pediu")
    lift(Block.objects.filter(customer=shop.carla))
    block(shop.carla, ["loyalty"], "pediu", until=today)
    row = erased(shop.carla)
    assert row.receipt["blocks"] == [["loyalty", today.isoformat()]]
    row.receipt["blocks"] = [["loyalty", (today - dt.timedelta(days=1)).isoformat()]]
    row.save()
    assert len(warn({"cpf": CPF})) == 1
    assert functions(again()) == []


def test_what_was_lifted_after_she_came_back_stays_lifted(shop: Cast) -> None:
    block(shop.carla, ["giftback"], "abuso")
    erased(shop.carla)
    back = again()
    lift(standing_blocks(back), by=shop.marta)
    register.amend(back.pk, {"cpf": ""}, seen_version=None, by=None)
    register.amend(back.pk, {"cpf": CPF}, seen_version=None, by=None)
    assert functions(Customer.objects.get(pk=back.pk)) == []
    erased(back)
    assert functions(again()) == []


def test_the_ledger_names_functions_only_and_a_replay_keeps_them(shop: Cast) -> None:
    block(shop.carla, ["giftback"], "Carla brigou na loja")
    row = erased(shop.carla)
    (entry,) = ledger.entries()
    assert entry.blocks == [["giftback", ""]]
    text = (ledger.place() / f"{row.uid}.json").read_text()
    assert "brigou" not in text
    assert CPF not in text
    ErasedIdentifier.objects.all().delete()
    row.delete()  # as in a backup from before
    replay.replay()
    assert ledger.entries()[0].blocks == [["giftback", ""]]
    assert functions(again()) == ["giftback"]


def test_an_older_backup_does_not_bring_back_what_was_lifted_since(shop: Cast) -> None:
    row = erased(shop.carla)
    ErasedIdentifier.objects.all().delete()
    row.delete()
    held = again()
    block(held, ["campaigns"], "pediu")
    assert replay.replay() == 1
    assert not Customer.objects.filter(cpf=CPF).exists()
    assert functions(again()) == []


def test_the_receipt_says_that_blocks_stay(shop: Cast, client_for: Callable[[User], Client]) -> None:
    block(shop.carla, ["giftback"], "abuso")
    row = erased(shop.carla)
    page = client_for(shop.denise).get(f"/privacidade/eliminacoes/{row.pk}/").content.decode()
    assert "bloqueios junto aos códigos: giftback" in page.lower()
    assert "abuso" not in page
