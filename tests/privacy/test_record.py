"""The record of processing says what the house declares and nothing else; operators abroad pass a gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from recompra.accounts.models import AccessLog
from recompra.customers.enrichment.catalog import adapters
from recompra.privacy.models import Operator, ShopPrivacy
from recompra.privacy.record import operators
from recompra.privacy.record.processing import record
from recompra.theme.personal import rooms
from recompra.theme.refused import Refused
from tests.cast import Cast

Enter = Callable[..., Client]


def mailer(**more: object) -> Operator:
    given = {"name": "Carteiro Inc.", "purpose": "envio de e-mail", "shared": "nome, e-mail", "country": "US"}
    return Operator.objects.create(**given | more)


def test_it_lists_every_declared_purpose_and_every_operator_in_use_and_no_other(cast: Cast) -> None:
    mailer(mechanism="standard", is_active=True)
    Operator.objects.create(name="Contador", purpose="contabilidade", is_active=True)
    Operator.objects.create(name="Velho", purpose="nada mais")
    found = record()
    declared = {
        (str(one.purpose), one.columns)
        for _room, module in rooms()
        for one in getattr(module, "PERSONAL", ())
    }
    assert {(one.purpose, one.columns) for one in found.operations} == declared
    assert {one.name for one in found.operators} == {"Carteiro Inc.", "Contador"}


def test_it_lists_every_outside_source_that_is_on_and_no_other(cast: Cast, settings: Any) -> None:
    settings.GOOGLE_PLACES_KEY = "chave"
    on = {str(source.title) for source in adapters().values() if source.is_on()}
    assert {name for name, _basis in record().sources} == on
    assert any("Google" in name for name in on)


def test_every_declared_word_is_said_in_portuguese(cast: Cast) -> None:
    with override("en"):
        english = [(one.purpose, one.basis, one.retention) for one in record().operations]
    with override("pt-br"):
        told = [(one.purpose, one.basis, one.retention) for one in record().operations]
    assert [pair for pair in zip(english, told, strict=True) if set(pair[0]) & set(pair[1])] == []


def test_every_operation_has_a_category_a_basis_and_a_title(cast: Cast) -> None:
    titles = {str(config.label) for config in apps.get_app_configs()}
    for one in record().operations:
        assert one.categories
        assert one.basis.startswith("art. 7º")
        assert one.room not in titles, one.room


# --- the gate of international transfer (check C21) -------------------------------------------------------


def test_one_abroad_without_a_mechanism_is_not_switched_on(cast: Cast) -> None:
    abroad = mailer()
    with pytest.raises(Refused, match="mecanismo"):
        operators.switch(abroad, on=True)
    abroad.refresh_from_db()
    assert not abroad.is_active
    abroad.mechanism = "standard"
    operators.switch(abroad, on=True)
    assert list(operators.in_use()) == [abroad]


def test_one_in_use_cannot_lose_its_mechanism_or_leave_the_country_without_one(cast: Cast) -> None:
    home = Operator.objects.create(name="Contador", purpose="contabilidade", is_active=True)
    home.country = "US"
    with pytest.raises(Refused, match="mecanismo"):
        operators.save(home)
    home.country = "XX"
    with pytest.raises(Refused, match="país"):
        operators.save(home)


def test_one_at_home_needs_no_mechanism(cast: Cast) -> None:
    home = Operator.objects.create(name="Contador", purpose="contabilidade")
    operators.switch(home, on=True)
    operators.switch(home, on=False)
    assert not operators.in_use().exists()


# --- pages -------------------------------------------------------------------------------------------------


def test_denise_fills_in_the_controller_and_the_warning_goes(cast: Cast, client_for: Enter) -> None:
    client = client_for(cast.denise)
    address = reverse("privacy:shop")
    assert "Ainda falta" in client.get(address).content.decode()
    wrong = client.post(address, {"controller": "Loja Boa", "cnpj": "11.111.111/1111-11"})
    assert wrong.status_code == 422
    assert "CNPJ não é válido" in wrong.content.decode()
    given = {
        "controller": "Loja Boa Ltda", "cnpj": "11.222.333/0001-81", "city": "Curitiba",
        "dpo_name": "Denise", "dpo_contact": "dpo@loja.example",
    }  # fmt: skip
    client.post(address, given)
    shop = ShopPrivacy.current()
    assert (shop.cnpj, shop.missing) == ("11222333000181", [])
    assert "Ainda falta" not in client.get(address).content.decode()
    assert AccessLog.objects.filter(action="privacy_shop").count() == 1


def test_a_small_agent_needs_a_channel_but_no_officer(cast: Cast) -> None:
    shop = ShopPrivacy(controller="Loja", dpo_contact="contato@loja.example", small_agent=True)
    assert shop.missing == []
    shop.small_agent = False
    assert len(shop.missing) == 1


def test_denise_registers_an_operator_and_the_gate_speaks(cast: Cast, client_for: Enter) -> None:
    client = client_for(cast.denise)
    given = {"name": "Carteiro Inc.", "purpose": "envio de e-mail", "country": "US", "mechanism": ""}
    client.post(reverse("privacy:operator_new"), given)
    one = Operator.objects.get()
    refused = client.post(reverse("privacy:operator_switch", args=[one.pk]), {"ligado": "1"})
    assert refused.status_code == 422
    assert "mecanismo" in refused.content.decode()
    client.post(reverse("privacy:operator", args=[one.pk]), given | {"mechanism": "standard"})
    client.post(reverse("privacy:operator_switch", args=[one.pk]), {"ligado": "1"})
    page = client.get(reverse("privacy:record")).content.decode()
    assert "Carteiro Inc." in page
    assert "Estados Unidos" in page
    wrong = client.post(reverse("privacy:operator", args=[one.pk]), given)
    assert wrong.status_code == 422
    one.refresh_from_db()
    assert one.mechanism == "standard"


def test_the_record_is_taken_away_as_table_and_as_pdf(cast: Cast, client_for: Enter) -> None:
    client = client_for(cast.denise)
    mailer(name="=1+1", mechanism="standard", is_active=True)
    table = client.get(reverse("privacy:record_file", args=["csv"]))
    text = b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Finalidade;Base legal" in text
    assert "'=1+1" in text
    assert client.get(reverse("privacy:record_file", args=["pdf"])).content.startswith(b"%PDF")
    assert client.get(reverse("privacy:record_file", args=["doc"])).status_code == 404
    assert AccessLog.objects.filter(action="export_record").count() == 2
