"""Public data about companies: asked over HTTP of a stand-in that answers as the services document it."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recompra.accounts.models import AccessLog, User
from recompra.customers.contact import points as contact_points
from recompra.customers.enrichment import answers, http
from recompra.customers.enrichment.catalog import Adapter, LookUpFailed, adapters
from recompra.customers.enrichment.receita import found
from recompra.customers.models import Change, Customer, LookUp
from recompra.settings import lookup_url
from recompra.theme.refused import Refused
from tests.cast import Cast
from tests.customers.outside import BAKERY_CNPJ, BRASIL_API, DETAILS, PLACES, Outside, outside

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

SignIn = Callable[[User], Client]
NOT_FOUND = {"message": "CNPJ 11.222.333/0001-81 não encontrado.", "type": "not_found"}


@pytest.fixture
def world(settings: SettingsWrapper) -> Iterator[Outside]:
    """Both services, switched on."""
    with outside() as there:
        settings.CNPJ_LOOKUP_URL = f"{there.url}/api/cnpj/v1/{{cnpj}}"
        settings.GOOGLE_PLACES_KEY = "chave-canario"
        settings.GOOGLE_PLACES_URL = there.url
        yield there


@pytest.fixture
def bakery(shop: Cast) -> Customer:
    """A company that bought: Bruno's record, made one."""
    Customer.objects.filter(pk=shop.bruno.pk).update(
        cpf=None, cnpj=BAKERY_CNPJ, name="Padaria Central Ltda", trade_name="", city="São Paulo", state="SP"
    )
    return Customer.objects.get(pk=shop.bruno.pk)


def receita() -> Adapter:
    return adapters()["receita"]


def google() -> Adapter:
    return adapters()["google"]


def test_every_adapter_of_the_folder_keeps_the_contract() -> None:
    folder = Path(http.__file__).parent
    assert set(adapters()) == {"google", "receita", "receita_files"}
    for adapter in adapters().values():
        assert adapter.title
        assert adapter.origin in ("google", "receita")
        assert adapter.legal_basis.startswith("art. 7")
        assert dt.timedelta(hours=1) <= adapter.keeps <= dt.timedelta(days=30)
        assert adapter.missing()
    assert (folder / "catalog.py").exists()


def test_what_receita_answers_is_shown_and_only_what_was_chosen_is_kept(
    shop: Cast, bakery: Customer, world: Outside
) -> None:
    world.answers = [(200, BRASIL_API)]
    answers.look_up(bakery, receita(), by=shop.saulo)
    assert world.asked[0].path == f"/api/cnpj/v1/{BAKERY_CNPJ}"
    (source,) = (one for one in answers.sources(bakery) if one.adapter.name == "receita")
    told = {item.code: (item.text.replace("\xa0", " "), item.is_known) for item in source.items}
    assert told == {
        "name": ("Padaria Central Ltda", True),
        "trade_name": ("Padaria Central", False),
        "point-0": ("(11) 3210-1234", False),
        "point-1": ("contato@padaria.example", False),
        "address": ("Rua Augusta, 100, Loja 2 · Consolacao · 01305-000 · Sao Paulo, SP", False),
    }
    assert not bakery.contact_points.filter(origin="receita").exists()
    taken = answers.accept(bakery, receita(), {"point-0", "trade_name", "address", "name"}, by=shop.saulo)
    assert taken == 3
    phone = bakery.contact_points.get(kind="phone")
    assert (phone.origin, phone.use, phone.is_to_confirm) == ("receita", "service", True)
    assert phone.legal_basis.startswith("art. 7, IX")
    bakery.refresh_from_db()
    assert (bakery.name, bakery.trade_name) == ("Padaria Central Ltda", "Padaria Central")
    address = bakery.addresses.get()
    assert (address.origin, address.kind, address.number) == ("receita", "work", "100")
    assert set(Change.objects.values_list("origin", flat=True)) == {"enrichment"}
    assert answers.accept(bakery, receita(), {"point-0"}, by=shop.saulo) == 0


def test_nothing_that_a_person_gave_is_overwritten(shop: Cast, bakery: Customer, world: Outside) -> None:
    Customer.objects.filter(pk=bakery.pk).update(trade_name="Padoca")
    bakery.refresh_from_db()
    contact_points.add(bakery, contact_points.read("11 3210-1234"), by=shop.saulo, origin="customer")
    world.answers = [(200, BRASIL_API)]
    answers.look_up(bakery, receita(), by=shop.saulo)
    everything = {"name", "trade_name", "point-0", "point-1"}
    assert answers.accept(bakery, receita(), everything, by=shop.saulo) == 1
    bakery.refresh_from_db()
    assert bakery.trade_name == "Padoca"
    given = bakery.contact_points.get(kind="phone")
    assert (given.origin, given.use) == ("customer", "any")


def test_no_partner_of_the_company_is_kept(shop: Cast, bakery: Customer, world: Outside) -> None:
    world.answers = [(200, BRASIL_API)]
    kept = answers.look_up(bakery, receita(), by=shop.saulo)
    assert "FULANO" not in str(kept.found)


def test_an_answer_serves_until_it_expires_or_the_question_changes(
    shop: Cast, bakery: Customer, world: Outside
) -> None:
    world.answers = [(200, BRASIL_API)]
    for _time in range(3):
        answers.look_up(bakery, receita(), by=shop.saulo)
    assert len(world.asked) == 1
    answers.look_up(bakery, receita(), by=shop.saulo, again=True)
    assert len(world.asked) == 2
    LookUp.objects.update(expires_at=timezone.now())
    assert all(source.answer is None for source in answers.sources(bakery))
    answers.look_up(bakery, receita(), by=shop.saulo)
    assert len(world.asked) == 3
    bakery.cnpj = "11444777000161"
    bakery.save()
    assert all(source.answer is None for source in answers.sources(bakery))
    answers.look_up(bakery, receita(), by=shop.saulo)
    assert len(world.asked) == 4
    assert LookUp.objects.count() == 1


def test_an_answer_goes_with_the_customer(shop: Cast, bakery: Customer, world: Outside) -> None:
    world.answers = [(200, BRASIL_API)]
    answers.look_up(bakery, receita(), by=shop.saulo)
    Customer.objects.filter(pk=bakery.pk).delete()
    assert not LookUp.objects.exists()


def test_a_company_that_is_not_registered_is_told_and_remembered(
    shop: Cast, bakery: Customer, world: Outside
) -> None:
    world.answers = [(404, NOT_FOUND)]
    assert answers.look_up(bakery, receita(), by=shop.saulo).found == {}
    answers.look_up(bakery, receita(), by=shop.saulo)
    assert len(world.asked) == 1


FAILURES: list[tuple[int, Any, bool, str]] = [
    (429, {"message": "Too many requests"}, False, "consultas demais"),
    (500, {"message": "Internal error"}, False, "fora do ar"),
    (503, b"<html>", False, "fora do ar"),
    (403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}}, True, "nossa chave"),
    (401, {}, True, "nossa chave"),
    (400, {"message": "CNPJ inválido"}, True, "código 400"),
    (302, {}, True, "código 302"),
    (200, b"{broken", False, "não dá para ler"),
    (200, b"[1, 2]", False, "não dá para ler"),
    (200, b"\xff\xfe", False, "não dá para ler"),
    (200, b"[" * 100_000, False, "não dá para ler"),
    (200, b"x" * 1_200_000, False, "não dá para ler"),
]


@pytest.mark.parametrize(("status", "body", "permanent", "said"), FAILURES)
def test_a_failure_outside_is_told_in_words_and_kept_nowhere(
    shop: Cast, bakery: Customer, world: Outside, status: int, body: Any, permanent: bool, said: str
) -> None:
    world.answers, world.location = [(status, body)], f"{world.url}/elsewhere" if status == 302 else ""
    for adapter in (receita(), google()):
        with pytest.raises(LookUpFailed) as failed:
            answers.look_up(bakery, adapter, by=shop.saulo)
        assert said in failed.value.reason
        assert failed.value.permanent is permanent
    assert len(world.asked) == 2  # a redirect is not followed
    assert not LookUp.objects.exists()


def test_a_service_that_hangs_is_left_after_its_time(
    shop: Cast, bakery: Customer, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    world.answers, world.delay = [(200, BRASIL_API)], 0.5
    with pytest.raises(LookUpFailed, match="demorou demais") as failed:
        answers.look_up(bakery, receita(), by=shop.saulo)
    assert not failed.value.permanent


def test_a_service_that_is_not_there_is_told(shop: Cast, bakery: Customer, settings: SettingsWrapper) -> None:
    settings.CNPJ_LOOKUP_URL = "http://127.0.0.1:9/{cnpj}"
    with pytest.raises(LookUpFailed, match="falar com o serviço") as failed:
        answers.look_up(bakery, receita(), by=shop.saulo)
    assert not failed.value.permanent


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"razao_social": None, "ddd_telefone_1": 11, "email": ["x"], "logradouro": {"a": 1}, "cep": True},
        {"razao_social": "x" * 5_000, "logradouro": "<script>", "uf": "ZZ", "cep": "1", "email": "=1+1"},
    ],
)
def test_fields_of_another_shape_count_as_missing(
    shop: Cast, bakery: Customer, world: Outside, answer: dict[str, Any]
) -> None:
    world.answers = [(200, answer)]
    answers.look_up(bakery, receita(), by=shop.saulo)
    told = answers.items(bakery, found(answer))
    assert not any(item.point for item in told)
    assert answers.accept(bakery, receita(), {item.code for item in told}, by=shop.saulo) <= 1


def test_a_postcode_kept_as_a_number_gets_its_zero_back() -> None:
    assert found(BRASIL_API | {"cep": 1305000}).address["postcode"] == "01305000"


def test_google_is_asked_for_no_more_than_is_used_and_the_right_place_is_chosen(
    shop: Cast, bakery: Customer, world: Outside
) -> None:
    world.answers = [(200, PLACES), (200, DETAILS)]
    answers.look_up(bakery, google(), by=shop.saulo)
    search, details = world.asked
    assert (search.method, search.path) == ("POST", "/v1/places:searchText")
    assert search.body["textQuery"] == "Padaria Central Ltda, São Paulo, SP"
    assert search.headers["X-Goog-Api-Key"] == "chave-canario"
    assert search.headers["X-Goog-FieldMask"] == "places.id,places.displayName,places.formattedAddress"
    assert (details.method, details.path) == ("GET", "/v1/places/ChIJpadaria")
    assert "*" not in details.headers["X-Goog-FieldMask"]
    assert "chave" not in search.path + details.path
    (source,) = (one for one in answers.sources(bakery) if one.adapter.name == "google")
    assert [item.text.replace("\xa0", " ") for item in source.items if not item.is_known] == [
        "(11) 98888-1234",
        "Rua Augusta, 100 · Consolação · 01305-000 · São Paulo, SP",
    ]
    answers.accept(bakery, google(), {"point-0"}, by=shop.saulo)
    assert bakery.contact_points.get(origin="google").value == "5511988881234"


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"places": []},
        {"places": [{"id": "x", "displayName": {"text": "Borracharia"}, "formattedAddress": "São Paulo"}]},
        {"places": "none", "error": 1},
        {"places": [None, 3, {"displayName": "text"}]},
    ],
)
def test_no_place_is_better_than_a_wrong_one(
    shop: Cast, bakery: Customer, world: Outside, places: Any
) -> None:
    world.answers = [(200, places)]
    assert answers.look_up(bakery, google(), by=shop.saulo).found == {}
    assert len(world.asked) == 1


def test_only_companies_are_looked_up(shop: Cast, world: Outside, client_for: SignIn) -> None:
    world.answers = [(200, BRASIL_API)]
    for adapter in adapters().values():
        with pytest.raises(Refused):
            answers.look_up(shop.ana, adapter, by=shop.saulo)
    address = reverse("customers:look_up", args=[shop.ana.public_id])
    assert client_for(shop.saulo).post(address, {"fonte": "receita"}).status_code == 404
    assert world.asked == []


def test_no_transaction_is_open_while_the_service_is_asked(
    transactional_db: None, shop: Cast, bakery: Customer, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(*_given: Any) -> None:
        asked.append(connection.in_atomic_block)

    monkeypatch.setattr(type(receita()), "ask", ask)
    answers.look_up(bakery, receita(), by=shop.saulo)
    assert asked == [False]


def test_the_page_asks_shows_and_keeps(
    shop: Cast, bakery: Customer, world: Outside, client_for: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    sac = client_for(shop.saulo)
    tab = reverse("customers:contact", args=[bakery.public_id])
    assert "Buscar dados públicos" in page(sac.get(tab))
    assert "Buscar dados públicos" not in page(
        sac.get(reverse("customers:contact", args=[shop.ana.public_id]))
    )
    world.answers = [(200, BRASIL_API)]
    with caplog.at_level(logging.DEBUG):
        shown = page(
            sac.post(reverse("customers:look_up", args=[bakery.public_id]), {"fonte": "receita"}, follow=True)
        )
    assert BAKERY_CNPJ not in caplog.text.replace(f"'{BAKERY_CNPJ}'", "")  # statements of the database aside
    assert "Situação: Ativa" in shown
    assert "(11) 3210-1234" in shown
    given = {"fonte": "receita", "item": ["point-0", "point-1"]}
    kept = page(
        sac.post(reverse("customers:accept_public_data", args=[bakery.public_id]), given, follow=True)
    )
    assert "2 dados guardados, a confirmar." in kept
    assert "a confirmar" in kept
    assert "da Receita Federal" in kept
    assert AccessLog.objects.get(action="look_up").customer_id == bakery.pk


def test_the_page_tells_a_failure_beside_its_source(
    shop: Cast, bakery: Customer, world: Outside, client_for: SignIn
) -> None:
    world.answers = [(429, {})]
    answer = client_for(shop.saulo).post(
        reverse("customers:look_up", args=[bakery.public_id]), {"fonte": "receita"}
    )
    assert answer.status_code == 422
    assert re.search(r"<p class=\"notice error\".*consultas demais", page(answer))
    unknown = {"fonte": "../../etc"}
    address = reverse("customers:look_up", args=[bakery.public_id])
    assert client_for(shop.saulo).post(address, unknown).status_code == 404


def test_a_source_that_is_off_says_what_switches_it_on(
    shop: Cast, bakery: Customer, client_for: SignIn, settings: SettingsWrapper
) -> None:
    settings.CNPJ_LOOKUP_URL = settings.GOOGLE_PLACES_KEY = ""
    shown = page(client_for(shop.saulo).get(reverse("customers:contact", args=[bakery.public_id])))
    for setting in ("CNPJ_LOOKUP_URL", "GOOGLE_PLACES_KEY", "recompra enrich import-cnpj"):
        assert setting in shown
    assert "Buscar dados públicos" not in shown
    with pytest.raises(Refused, match="GOOGLE_PLACES_KEY"):
        answers.look_up(bakery, google(), by=shop.saulo)


@pytest.mark.parametrize("url", ["https://x.example/cnpj", "ftp://x/{cnpj}", "file:///etc/{cnpj}"])
def test_an_address_without_the_cnpj_or_of_another_kind_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        lookup_url(url)


def page(answer: Any) -> str:
    return str(answer.content.decode().replace("\xa0", " "))
