"""Registering and correcting a customer on the pages, as each member of staff may."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import Change, Customer
from recompra.customers.record.register import amend
from tests.cast import Cast

SignIn = Callable[[User], Client]
NEW = "/clientes/novo/"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def address(customer: Customer, name: str = "amend") -> str:
    return reverse(f"customers:{name}", args=[customer.public_id])


def value(page: str, name: str) -> str:
    """What stands in a field of the form."""
    found = re.findall(rf'<input[^>]* name="{name}"[^>]*>', page)[0]
    written = re.search(r' value="([^"]*)"', found)
    return written[1] if written else ""


def form_of(page: str) -> dict[str, str]:
    """The record's form as a browser would send it back."""
    [page] = re.findall(r'<form class="card stack".*?</form>', page)
    said = {name: value(page, name) for name in re.findall(r'<input[^>]* name="(\w+)"', page)}
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        said[name] = chosen[1] if chosen else ""
    said.pop("csrfmiddlewaretoken")
    return said


def test_saulo_registers_a_person(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    assert "Novo cadastro" in text(saulo.get("/clientes/"))
    form = form_of(text(saulo.get(NEW)))
    answer = saulo.post(
        NEW, form | {"name": "Elisa Prado", "mobile": "31 98888-7777", "birth_date": "5/2/1991"}
    )
    elisa = Customer.objects.get(name="Elisa Prado")
    assert answer.headers["Location"] == reverse("customers:detail", args=[elisa.public_id])
    page = text(saulo.get(answer.headers["Location"]))
    assert "Cadastro feito." in page
    assert "Elisa Prado" in page


def test_each_wrong_field_has_its_own_sentence(cast: Cast, client_for: SignIn) -> None:
    answer = client_for(cast.saulo).post(
        NEW, {"name": "x" * 10_000, "cpf": "1", "birth_date": "1/1/1880", "postcode": "1", "mobile": "1"}
    )
    page = text(answer)
    assert answer.status_code == 422
    for name in ("name", "cpf", "birth_date", "postcode", "mobile"):
        assert f'id="id_{name}_error"' in page, name
    assert value(page, "birth_date") == "1/1/1880"
    assert not Customer.objects.filter(name__startswith="xx").exists()


def test_html_and_formulas_are_shown_as_text(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    saulo.post(NEW, {"name": "<script>alert(1)</script>", "city": "=HYPERLINK(1)"})
    odd = Customer.objects.get(city="=HYPERLINK(1)")
    page = text(saulo.get(address(odd)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_who_may_be_registered_already_is_asked_before_saving(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    form = {"name": "Aninha", "mobile": "(41) 8765-4321", "email": "ana@example.com"}
    answer = saulo.post(NEW, form)
    page = text(answer)
    assert answer.status_code == 422
    assert "Talvez esta pessoa já tenha cadastro" in page
    assert "mesmo celular, mesmo e-mail" in page
    assert address(cast.ana, "detail") in page
    assert not Customer.objects.filter(name="Aninha").exists()
    saulo.post(NEW, form | {"assim_mesmo": "1"})
    assert Customer.objects.filter(name="Aninha").exists()


def test_a_likeness_of_another_store_is_told_without_saying_who(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.lucia).post(NEW, {"name": "Outro", "mobile": "71 95432-1098"}))
    assert "1 cadastro de outra loja" in page
    assert "Davi" not in page


def test_a_cpf_of_another_leads_to_them_where_they_may_be_seen(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.saulo).post(NEW, {"name": "Outro", "cpf": "98765432100"}))
    assert "Este CPF já é de outro cadastro." in page
    assert address(shop.davi, "detail") in page
    page = text(client_for(shop.lucia).post(NEW, {"name": "Outro", "cpf": "98765432100"}))
    assert "Este CPF já é de outro cadastro." in page
    assert "Peça a um gerente" in page
    assert str(shop.davi.public_id) not in page


def test_a_company_is_registered_with_its_own_fields(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    page = text(saulo.get(f"{NEW}?tipo=empresa"))
    assert "Razão social" in page
    assert 'name="birth_date"' not in page
    saulo.post(
        f"{NEW}?tipo=empresa",
        {"name": "Padaria Central Ltda", "cnpj": "12.ABC.345/01DE-35", "phone": "41 3333-2222"},
    )
    bakery = Customer.objects.get(cnpj="12ABC34501DE35")
    assert bakery.contact_points.get().kind == "phone"
    assert 'name="trade_name"' in text(saulo.get(address(bakery)))


def test_saulo_corrects_the_e_mail_and_says_why(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    page = text(saulo.get(address(cast.ana)))
    form = form_of(page)
    assert (form["cpf"], form["birth_date"], form["sex"]) == ("529.982.247-25", "14/03/1990", "F")
    assert "Completude do cadastro" in page
    answer = saulo.post(address(cast.ana), form | {"email": "ana.b@example.com", "reason": "ligou"})
    assert answer.status_code == 302
    change = Change.objects.get()
    assert [one["field"] for one in change.fields] == ["email"]
    assert (change.reason, change.by) == ("ligou", cast.saulo)
    assert "Salvo." in text(saulo.get(address(cast.ana, "detail")))


def test_saving_without_a_change_says_so(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    assert saulo.post(address(cast.ana), form_of(text(saulo.get(address(cast.ana))))).status_code == 302
    assert not Change.objects.exists()


def test_what_an_import_wrote_oddly_does_not_hinder_a_correction(cast: Cast, client_for: SignIn) -> None:
    Customer.objects.filter(pk=cast.ana.pk).update(marital_status="Amasiada", state="ZZ", rg="  12  34 ")
    saulo = client_for(cast.saulo)
    form = form_of(text(saulo.get(address(cast.ana))))
    assert (form["marital_status"], form["state"]) == ("Amasiada", "ZZ")
    assert saulo.post(address(cast.ana), form | {"city": "Londrina"}).status_code == 302
    assert [one["field"] for one in Change.objects.get().fields] == ["city"]


def test_the_second_attendant_sees_both_and_loses_nothing(cast: Cast, client_for: SignIn) -> None:
    saulo, otavio = client_for(cast.saulo), client_for(cast.otavio)
    mine, theirs = (form_of(text(who.get(address(cast.ana)))) for who in (saulo, otavio))
    otavio.post(address(cast.ana), theirs | {"city": "Londrina", "email": "nova@example.com"})
    answer = saulo.post(address(cast.ana), mine | {"city": "Maringá", "street": "Rua XV, 1"})
    page = text(answer)
    assert answer.status_code == 422
    assert "Outra pessoa alterou este cadastro enquanto isso" in page
    assert "Otávio" in page
    form = form_of(page)
    assert (form["city"], form["street"], form["email"]) == ("Maringá", "Rua XV, 1", "nova@example.com")
    assert "nada: vale o que está salvo" in page
    taken = text(saulo.post(address(cast.ana), form | {"deles": "city"}))
    assert form_of(taken)["city"] == "Londrina"
    assert form_of(taken)["street"] == "Rua XV, 1"
    assert saulo.post(address(cast.ana), form_of(page)).status_code == 302
    cast.ana.refresh_from_db()
    assert (cast.ana.city, cast.ana.street) == ("Maringá", "Rua XV, 1")
    assert cast.ana.contact_points.get(kind="email").value == "nova@example.com"


SECRETS = ("529.982.247-25", "98765-4321", "ana@example.com", "14/03/1990", "52998224725")


@pytest.mark.parametrize("who", ["marta", "lucia"])
def test_who_sees_masks_corrects_without_seeing(cast: Cast, client_for: SignIn, who: str) -> None:
    client = client_for(getattr(cast, who))
    page = text(client.get(address(cast.ana)))
    assert not [secret for secret in SECRETS if secret in page]
    assert "Agora: •••.982.247-••. Em branco, fica como está." in page
    form = form_of(page)
    assert form["cpf"] == ""
    client.post(address(cast.ana), form | {"birth_date": "15/03/1990"})
    [change] = Change.objects.all()
    assert [one["field"] for one in change.fields] == ["birth_date"]
    history = text(client.get(address(cast.ana, "changes")))
    assert "••/03/••••" in history
    assert "15/03/1990" not in history


def test_a_reveal_in_the_form_is_logged_and_keeps_what_was_typed(cast: Cast, client_for: SignIn) -> None:
    lucia = client_for(cast.lucia)
    form = form_of(text(lucia.get(address(cast.ana))))
    page = text(lucia.post(address(cast.ana), form | {"mostrar": "1", "city": "Londrina"}))
    entry = AccessLog.objects.get(action="reveal")
    assert (entry.staff, entry.customer_id) == (cast.lucia, cast.ana.pk)
    form = form_of(page)
    assert (form["cpf"], form["city"]) == ("529.982.247-25", "Londrina")
    lucia.post(address(cast.ana), form | {"email": ""})
    assert not cast.ana.contact_points.filter(kind="email").exists()
    assert [one["field"] for one in Change.objects.get().fields] == ["email", "city"]


def test_what_another_saved_is_masked_even_for_who_claims_to_have_seen(
    cast: Cast, client_for: SignIn
) -> None:
    lucia = client_for(cast.lucia)
    form = form_of(text(lucia.get(address(cast.ana))))
    amend(cast.ana.pk, {"email": "segredo@example.com"}, seen_version=None, by=cast.saulo)
    for told in ({"city": "Londrina"}, {"deles": "email"}, {"city": ""}):
        page = text(lucia.post(address(cast.ana), form | told | {"inteiro": "1"}))
        assert "segredo@example.com" not in page
        assert not [secret for secret in SECRETS if secret in page]


def test_dona_lucia_does_not_correct_a_customer_of_another_store(shop: Cast, client_for: SignIn) -> None:
    lucia = client_for(shop.lucia)
    for name in ("amend", "changes", "completeness"):
        assert lucia.get(address(shop.davi, name)).status_code == 404
    assert lucia.post(address(shop.davi), {"name": "X"}).status_code == 404


def test_who_may_not_edit_is_not_offered_it(cast: Cast, client_for: SignIn) -> None:
    aline = client_for(cast.aline)
    page = text(aline.get(address(cast.ana, "detail")))
    assert "Corrigir cadastro" not in page
    assert "Preencher" not in page
    assert aline.get(address(cast.ana)).status_code == 403
    assert aline.get(NEW).status_code == 403


def test_the_overview_says_what_is_missing_and_where_to_fill_it(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.saulo).get(address(shop.ana, "detail")))
    assert "95%" in page
    assert "Sem endereço: nenhuma entrega sem perguntar antes." in page
    assert f'href="{address(shop.ana)}#id_street"' in page


def test_a_correction_that_answers_a_request_says_which(cast: Cast, client_for: SignIn) -> None:
    saulo = client_for(cast.saulo)
    here = address(cast.ana) + "?solicitacao=2026-ABCDEFGH"
    form = form_of(text(saulo.get(here)))
    saulo.post(here, form | {"city": "Londrina", "reason": "mudou-se"})
    change = Change.objects.get()
    assert (change.origin, change.reason) == ("request", "solicitação 2026-ABCDEFGH: mudou-se")
    saulo.post(address(cast.ana) + "?solicitacao=<b>", {"city": "Maringá", "name": "Ana", "versao": "2"})
    assert {change.origin for change in Change.objects.all()} == {"request", "attendant"}
