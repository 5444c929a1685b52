"""The customers' pages as each member of staff sees them."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from recompra.accounts.models import AccessLog, User
from recompra.customers import list_file
from recompra.customers.filters import Filters
from recompra.customers.listing import page
from recompra.customers.models import ContactAttempt, Customer, Standing
from recompra.theme import formats
from recompra.theme.segments import segment
from tests.cast import Cast

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
SECRETS = ("52998224725", "529.982.247-25", "98765-4321", "41987654321", "ana@example.com", "14/03/1990")


def address(customer: Customer, name: str = "detail") -> str:
    return reverse(f"customers:{name}", args=[customer.public_id])


def text(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


def test_the_list_tells_who_bought_how_much_and_when(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.otavio).get("/clientes/"))
    assert "4 clientes com compras · R$ 3,5 mil ao todo" in page
    assert "Bruno Álvares Lima" in page
    assert "R$ 1.900" in page
    assert "há 12 dias" in page
    assert "Escolha um cliente" in page


def test_before_any_import_the_list_says_what_to_do(cast: Cast, client_for: SignIn) -> None:
    Customer.objects.all().delete()
    assert "Importe as vendas da loja" in text(client_for(cast.otavio).get("/clientes/"))
    assert "Ainda não há clientes da sua loja" in text(client_for(cast.lucia).get("/clientes/"))


def test_filters_that_nobody_fits_say_so(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.otavio).get("/clientes/?segmento=champions&r=1"))
    assert "Ninguém nesta seleção" in page


def test_ana_in_figures_and_in_words(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.otavio).get(address(shop.ana)))
    for said in (
        "LTV (gasto acumulado)", "R$ 740,00", "Ticket médio", "R$ 160,00", "há 12 dias", "cliente desde",
        "comprou há 12 dias: entre os", "5 dias de compra", "nota 4: de 5 a 9 dias de compra",
        "Compra a cada 72 dias, em média", "Próxima compra esperada em 60 dias", "Bolsa de couro",
        "Devolução de R$ 60,00", "Ver como tabela", "Compras por mês",
    ):  # fmt: skip
        assert said in page, said


def test_bruno_should_be_written_to(shop: Cast, client_for: SignIn) -> None:
    page = text(client_for(shop.otavio).get(address(shop.bruno)))
    assert "Hora de escrever" in page
    assert "Compra a cada 140 dias, em média, e já se passaram 260 dias" in page
    assert "Compra cancelada de R$ 800,00" in page


def test_who_bought_once_has_no_rhythm_and_who_never_did_has_no_figures(
    shop: Cast, client_for: SignIn
) -> None:
    owner = client_for(shop.otavio)
    assert "Ainda sem ritmo" in text(owner.get(address(shop.davi)))
    newcomer = Customer.objects.create(name="")
    page = text(owner.get(address(newcomer)))
    assert "ainda não comprou" in page
    assert f"Cliente {str(newcomer.public_id)[-8:]}" in page


def test_a_fragment_is_answered_for_each_target(shop: Cast, client_for: SignIn) -> None:
    owner = client_for(shop.otavio)
    xray = text(owner.get(address(shop.ana), headers={**HTMX, "HX-Target": "raiox"}))
    assert xray.lstrip().startswith("<article")
    assert 'id="lista"' not in xray
    rows = text(owner.get("/clientes/", headers={**HTMX, "HX-Target": "mais"}))
    assert rows.lstrip().startswith("<li>")
    listed = owner.get("/clientes/?ordem=nome", headers={**HTMX, "HX-Target": "lista"})
    assert text(listed).lstrip().startswith("<section")
    assert "HX-Target" in listed["Vary"]


def test_the_search_answers_by_post_and_puts_nothing_into_address_or_log(
    shop: Cast, client_for: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    owner = client_for(shop.otavio)
    with caplog.at_level(logging.DEBUG):
        whole = owner.post("/clientes/buscar/", {"busca": "529.982.247-25"})
        headers = {**HTMX, "HX-Target": "resultados"}
        fragment = owner.post("/clientes/buscar/", {"busca": "Ana"}, headers=headers)
    assert "1 cliente encontrado" in text(whole)
    assert text(fragment).lstrip().startswith('<div id="resultados"')
    assert "HX-Push-Url" not in fragment
    requests = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not any("529" in message for message in requests)
    assert owner.get("/clientes/buscar/?busca=Ana").status_code == 302
    assert "Ninguém encontrado" in text(owner.post("/clientes/buscar/", {"busca": "zzz"}))
    assert "Maior gasto" in text(owner.post("/clientes/buscar/", {"busca": " "}))


def test_dona_lucia_does_not_open_a_customer_of_another_store(shop: Cast, client_for: SignIn) -> None:
    seller = client_for(shop.lucia)
    assert seller.get(address(shop.ana)).status_code == 200
    assert seller.get(address(shop.davi)).status_code == 404
    assert seller.post(address(shop.davi, "reveal")).status_code == 404
    found = text(seller.post("/clientes/buscar/", {"busca": "98765432100"}))
    assert "Cliente de outra loja" in found
    assert "Davi" not in found


@pytest.mark.parametrize("who", ["marta", "lucia", "aline"])
def test_masks_hold_for_roles_without_personal_data(shop: Cast, client_for: SignIn, who: str) -> None:
    page = text(client_for(getattr(shop, who)).get(address(shop.ana, "contact")))
    assert "•••.982.247-••" in page
    for secret in SECRETS:
        assert secret not in page


@pytest.mark.parametrize("who", ["otavio", "saulo"])
def test_owner_and_sac_see_contact_data_whole(shop: Cast, client_for: SignIn, who: str) -> None:
    page = text(client_for(getattr(shop, who)).get(address(shop.ana, "contact")))
    assert "529.982.247-25" in page
    assert "(41) 98765-4321" in page
    assert "ana@example.com" in page


def test_a_reveal_shows_once_and_is_logged_without_values(shop: Cast, client_for: SignIn) -> None:
    seller = client_for(shop.lucia)
    shown = text(seller.post(address(shop.ana, "reveal"), headers={**HTMX, "HX-Target": "contato"}))
    assert "529.982.247-25" in shown
    assert shown.lstrip().startswith('<section id="contato"')
    entry = AccessLog.objects.get(action="reveal")
    assert (entry.staff_id, entry.customer_id) == (shop.lucia.pk, shop.ana.pk)
    assert "cpf" in entry.fields
    assert "529.982.247-25" in text(seller.post(address(shop.ana, "reveal")))
    assert "529.982.247-25" not in text(seller.get(address(shop.ana, "contact")))


def test_who_may_not_reveal_is_refused(shop: Cast, client_for: SignIn) -> None:
    assert client_for(shop.aline).post(address(shop.ana, "reveal")).status_code == 403
    assert client_for(shop.marta).get(address(shop.ana, "reveal")).status_code == 405


def test_the_contact_attempts_are_told(shop: Cast, client_for: SignIn) -> None:
    ContactAttempt.objects.create(customer=shop.ana, staff=shop.lucia, reason="loyal")
    page = text(client_for(shop.otavio).get(address(shop.ana)))
    assert "Conversa aberta no WhatsApp" in page
    assert "Dona Lúcia" in page
    assert "Leais" in page


def export(client: Client, kind: str, query: str = "") -> bytes:
    answer = client.post(f"/clientes/exportar/{query}", {"formato": kind, "motivo": "campanha de inverno"})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_filtered_list_leaves_as_a_file_with_its_reason_logged(shop: Cast, client_for: SignIn) -> None:
    content = export(client_for(shop.otavio), "csv", "?segmento=at_risk")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [line[0] for line in lines] == ["Nome", "Bruno Álvares Lima"]
    assert lines[1][1] == "111.444.777-35"
    assert lines[1][6] == "Em risco"
    assert lines[1][13] == "1900,00"
    entry = AccessLog.objects.get(action="export_customers")
    assert (entry.count, entry.reason) == (1, "campanha de inverno")


def test_marta_exports_with_masks(shop: Cast, client_for: SignIn) -> None:
    content = export(client_for(shop.marta), "csv").decode()
    assert "•••.982.247-••" in content
    for secret in SECRETS:
        assert secret not in content


@pytest.mark.parametrize("together", [2, 1_000])
@pytest.mark.parametrize("sort", ["gasto", "nome"])
def test_every_line_holds_what_is_known_of_the_customer(
    shop: Cast, client_for: SignIn, monkeypatch: pytest.MonkeyPatch, together: int, sort: str
) -> None:
    """Also of who has no name, no purchase and no contact; whom the list puts first stands first."""
    monkeypatch.setattr(list_file, "TOGETHER", together)
    nobody = Customer.objects.create(city="Curitiba", state="PR")
    content = export(client_for(shop.otavio), "csv", f"?ordem={sort}").decode("utf-8-sig")
    _head, *found = csv.reader(io.StringIO(content), delimiter=";")
    shown, _after = page(Filters(sort=sort))
    assert [line[0] for line in found] == [row.title for row in shown]
    lines = {line[0]: line[1:] for line in found}
    for one in Standing.objects.select_related("customer", "store"):
        points = dict(one.customer.contact_points.values_list("kind", "value"))
        assert lines[one.customer.title] == [
            formats.cpf(one.customer.cpf),
            points["email"],
            formats.phone(points["mobile"]),
            one.customer.city,
            one.customer.state,
            str(segment(one.segment).label),
            *map(str, (one.recency_score, one.frequency_score, one.monetary_score)),
            *(f"{day:%d/%m/%Y}" for day in (one.first_on, one.last_on)),
            str(one.orders),
            f"{one.ltv:.2f}".replace(".", ","),
            str(one.store.name if one.store else ""),
        ]
    assert lines.get(nobody.title) == (["", "", "", "Curitiba", "PR", *[""] * 9] if sort == "nome" else None)


def test_a_workbook_and_a_parquet_file_leave_too(shop: Cast, client_for: SignIn, tmp_path: Any) -> None:
    path = tmp_path / "clientes.xlsx"
    path.write_bytes(export(client_for(shop.otavio), "xlsx"))
    assert len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) == 5
    assert export(client_for(shop.otavio), "parquet").startswith(b"PAR1")
    assert not list((tmp_path / "tmp").glob("*"))


def test_a_name_that_is_a_formula_leaves_as_text(shop: Cast, client_for: SignIn) -> None:
    Customer.objects.filter(pk=shop.ana.pk).update(name='=HYPERLINK("http://x")')
    assert "'=HYPERLINK" in export(client_for(shop.otavio), "csv").decode()


def test_an_export_without_a_reason_is_asked_again(shop: Cast, client_for: SignIn) -> None:
    answer = client_for(shop.otavio).post("/clientes/exportar/", {"formato": "csv", "motivo": ""})
    assert answer.status_code == 422
    assert AccessLog.objects.filter(action="export_customers").count() == 0
    assert client_for(shop.lucia).get("/clientes/exportar/").status_code == 403


def test_a_torn_key_leaves_a_page_without_figures(shop: Cast, client_for: SignIn) -> None:
    from recompra.customers.keys import CustomerKey

    CustomerKey.objects.filter(customer=shop.davi).delete()
    Standing.objects.filter(customer=shop.davi).delete()
    page = text(client_for(shop.otavio).get(address(shop.davi)))
    assert "Ainda não aconteceu nada com este cliente" in page
