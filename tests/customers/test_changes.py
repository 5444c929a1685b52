"""The history of changes: of one customer, in the timeline, of everybody for the law; taking one back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import Change, Customer
from recompra.customers.record import changes
from recompra.customers.record.register import amend, create
from recompra.customers.roll import people_in
from tests.cast import Cast

SignIn = Callable[[User], Client]
ALL = "/clientes/alteracoes/"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def address(customer: Customer, name: str = "changes", *more: object) -> str:
    return reverse(f"customers:{name}", args=[customer.public_id, *more])


def save(customer: Customer, by: User | None, reason: str = "", **new: object) -> Change:
    amend(customer.pk, new, seen_version=None, by=by, reason=reason)
    change = customer.changes.order_by("pk").last()
    assert change is not None
    return change


def test_the_history_says_what_it_was_what_it_became_who_and_why(cast: Cast, client_for: SignIn) -> None:
    save(cast.ana, cast.saulo, "ligou para corrigir", email="ana.b@example.com", city="")
    page = text(client_for(cast.otavio).get(address(cast.ana)))
    for said in (
        "<del>ana@example.com</del> → <ins>ana.b@example.com</ins>",
        "<del>Curitiba</del>",
        "em branco",
        "Saulo",
        "ligou para corrigir",
        "Cadastro corrigido",
    ):
        assert said in page, said
    masked = text(client_for(cast.aline).get(address(cast.ana)))
    assert "a•••@example.com" in masked
    assert "ana.b@example.com" not in masked
    assert "Desfazer" not in masked


def test_the_timeline_tells_changes(shop: Cast, client_for: SignIn) -> None:
    save(shop.ana, shop.saulo, birth_date="15/03/1990")
    page = text(client_for(shop.otavio).get(address(shop.ana, "detail")))
    assert "Cadastro corrigido" in page
    assert "Data de nascimento: 14/03/1990 → 15/03/1990" in page
    only = text(client_for(shop.lucia).get(address(shop.ana, "detail") + "?tipo=change"))
    assert "Data de nascimento: ••/03/•••• → ••/03/••••" in only


def test_a_change_is_taken_back_after_it_was_asked(cast: Cast, client_for: SignIn) -> None:
    change = save(cast.ana, cast.saulo, city="Londrina", email="outra@example.com")
    saulo = client_for(cast.saulo)
    here = address(cast.ana, "undo_change", change.pk)
    assert here in text(saulo.get(address(cast.ana)))
    assert "Estes campos voltam ao que eram" in text(saulo.get(here))
    cast.ana.refresh_from_db()
    assert cast.ana.city == "Londrina"
    assert saulo.post(here, {"motivo": "engano"}).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.city == "Curitiba"
    page = text(saulo.get(address(cast.ana)))
    assert "Alteração desfeita" in page
    assert "engano" in page
    assert "por Saulo" in page
    assert "já foi desfeita" in text(saulo.post(here))


def test_what_was_changed_again_is_told_and_the_rest_offered(cast: Cast, client_for: SignIn) -> None:
    change = save(cast.ana, cast.saulo, city="Londrina", street="Rua XV, 1")
    saulo = client_for(cast.saulo)
    save(cast.ana, cast.marta, city="Maringá")
    here = address(cast.ana, "undo_change", change.pk)
    answer = saulo.post(here)
    assert answer.status_code == 422
    assert "Não dá para desfazer o que já mudou de novo: Cidade." in text(answer)
    assert "Desfazer só isto" in text(answer)
    assert saulo.post(here, {"so": "street"}).status_code == 302
    cast.ana.refresh_from_db()
    assert (cast.ana.city, cast.ana.street) == ("Maringá", "")


def test_nothing_left_to_take_back_says_so(cast: Cast, client_for: SignIn) -> None:
    change = save(cast.ana, cast.saulo, city="Londrina")
    save(cast.ana, cast.saulo, city="Maringá")
    page = text(client_for(cast.saulo).get(address(cast.ana, "undo_change", change.pk)))
    assert "Não há mais o que desfazer por aqui" in page


def test_a_change_of_another_customer_is_not_found_there(cast: Cast, client_for: SignIn) -> None:
    change = save(cast.bruno, cast.saulo, city="Londrina")
    assert client_for(cast.saulo).get(address(cast.ana, "undo_change", change.pk)).status_code == 404


def test_a_merged_record_s_changes_are_shown_with_the_one_that_is_left(cast: Cast) -> None:
    change = save(cast.bruno, cast.saulo, city="Londrina")
    Customer.objects.filter(pk=cast.bruno.pk).update(merged_into=cast.ana)
    assert list(changes.history(cast.ana.pk)) == [change]


def test_a_long_history_comes_page_by_page(cast: Cast, client_for: SignIn) -> None:
    at = timezone.now()
    for number in range(60):
        change = save(cast.ana, cast.saulo, city=f"Cidade {number}")
        Change.objects.filter(pk=change.pk).update(at=at)
    saulo, seen = client_for(cast.saulo), []
    here = address(cast.ana)
    while here:
        page = text(saulo.get(here))
        seen += re.findall(r"<ins>Cidade (\d+)</ins>", page)
        more = re.search(r'href="([^"]*apos=[^"]*)"', page)
        here = more[1] if more else ""
    assert seen == [str(number) for number in reversed(range(60))]


def test_who_answers_for_the_law_sees_all_changes_by_who_day_origin_and_field(
    cast: Cast, client_for: SignIn
) -> None:
    save(cast.ana, cast.saulo, city="Londrina")
    save(cast.bruno, cast.marta, email="b@example.com")
    old = save(cast.davi, None, name="Davi P.")
    Change.objects.filter(pk=old.pk).update(at=timezone.now() - dt.timedelta(days=40), origin="import")
    denise = client_for(cast.denise)
    whole = text(denise.get(ALL))
    for name in ("Ana Beatriz Souza", "Bruno Álvares Lima", "Davi P."):
        assert name in whole
    today = timezone.localdate()
    for query, found in (
        (f"quem={cast.saulo.pk}", {"Ana"}),
        ("quem=0", {"Davi"}),
        ("origem=import", {"Davi"}),
        ("campo=email", {"Bruno"}),
        (f"de={today}", {"Ana", "Bruno"}),
        (f"ate={today - dt.timedelta(days=1)}", {"Davi"}),
        ("campo=xx&de=amanha&quem=x", {"Ana", "Bruno", "Davi"}),
    ):
        rows = text(denise.get(f"{ALL}?{query}", headers={"HX-Request": "true", "HX-Target": "alteracoes"}))
        assert {name for name in ("Ana", "Bruno", "Davi") if re.search(rf">{name} ", rows)} == found, query
    assert "Limpar filtros" in text(denise.get(f"{ALL}?origem=merge"))
    for nobody in (cast.marta, cast.saulo, cast.lucia, cast.aline):
        assert client_for(nobody).get(ALL).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_all_changes_leave_as_a_file_that_computes_nothing(cast: Cast, client_for: SignIn, kind: str) -> None:
    save(cast.ana, cast.saulo, "=1+1", city="=HYPERLINK(1)", birth_date="15/03/1990")
    answer = client_for(cast.denise).post(
        f"{ALL}exportar/", {"formato": kind, "motivo": "pedido da autoridade"}
    )
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        city = "'=HYPERLINK(1)"
    else:
        rows = [
            [str(cell) for cell in row]
            for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        ]
        city = "=HYPERLINK(1)"
    assert rows[0][:4] == ["Número", "Quando", "Quem", "Cliente"]
    assert {(row[6], row[7], row[8]) for row in rows[1:]} == {
        ("Data de nascimento", "14/03/1990", "15/03/1990"),
        ("Cidade", "Curitiba", city),
    }
    entry = AccessLog.objects.get(action="export_changes")
    assert (entry.staff, entry.count, entry.reason) == (cast.denise, 1, "pedido da autoridade")
    assert people_in(entry) == {cast.ana.pk}


def test_making_a_record_is_its_first_change(cast: Cast, client_for: SignIn) -> None:
    flora = create({"name": "Flora"}, by=cast.saulo)
    page = text(client_for(cast.saulo).get(address(flora)))
    assert "Cadastro feito" in page
    assert "desfazer/" not in page


def test_what_a_merge_changed_goes_back_with_the_merge_alone(cast: Cast, client_for: SignIn) -> None:
    change = save(cast.ana, cast.saulo, city="Londrina")
    Change.objects.filter(pk=change.pk).update(origin="merge")
    saulo = client_for(cast.saulo)
    assert "desfazer/" not in text(saulo.get(address(cast.ana)))
    here = address(cast.ana, "undo_change", change.pk)
    assert "desfaça a união" in text(saulo.get(here))
    assert "desfaça a união" in text(saulo.post(here))
    back = changes.record(cast.ana, {"city": ("Londrina", "Curitiba")}, by=None, origin="undo", undoes=change)
    assert "desfaça a união" in text(saulo.post(address(cast.ana, "undo_change", back.pk)))


def test_of_an_import_what_has_a_ledger_of_its_own_is_not_offered(cast: Cast, client_for: SignIn) -> None:
    cast.ana.city = "Londrina"
    cast.ana.save()
    both = {"city": ("Curitiba", "Londrina"), "accepts_contact": (True, False)}
    change = changes.record(cast.ana, both, by=None, origin="import")
    alone = changes.record(cast.ana, {"contact_use": ("a", "b")}, by=None, origin="attendant")
    saulo = client_for(cast.saulo)
    history = text(saulo.get(address(cast.ana)))
    assert address(cast.ana, "undo_change", change.pk) in history
    assert address(cast.ana, "undo_change", alone.pk) not in history
    page = text(saulo.get(address(cast.ana, "undo_change", change.pk)))
    assert "Isto pode: <b>Cidade</b>" in page
    assert saulo.post(address(cast.ana, "undo_change", change.pk), {"so": "city"}).status_code == 302
    cast.ana.refresh_from_db()
    assert (cast.ana.city, cast.ana.accepts_contact) == ("Curitiba", True)
