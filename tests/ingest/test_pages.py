"""The import pages, as the people of the shop meet them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recompra.accounts.models import User
from recompra.accounts.roles import Role
from recompra.ingest.commands import lines
from recompra.ingest.models import ImportRun, Publication
from recompra.work.drain import drain
from tests.ingest.bring import HEADER, brought, csv_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
GOOD = "1;1;25/10/2024;C1;Ana Souza;;;;S1;Camisa;1;10,00;;Centro;"
BAD = "2;1;25/10/2024;C2;Bruno Lima;;;;S1;Camisa;1;dez;;Centro;"


@pytest.fixture
def client_of(client_for: Callable[[User], Client]) -> Callable[[str], Client]:
    def signed_in(role: str) -> Client:
        user, _made = User.objects.get_or_create(
            email=f"{role}@exemplo.org", defaults={"name": role, "role": role}
        )
        return client_for(user)

    return signed_in


def upload(client: Client, content: str, **fields: str) -> ImportRun:
    file = SimpleUploadedFile("vendas.csv", content.encode())
    answer = client.post("/importar/", {"files": file, "source": "csv", **fields})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == f"/importar/{run.pk}/"
    return run


def test_a_file_is_given_waits_and_shows_its_result(client_of: Callable[[str], Client]) -> None:
    owner = client_of(Role.OWNER)
    assert "Nenhuma importação ainda" in owner.get("/importar/").content.decode()
    run = upload(owner, f"{HEADER}\n{GOOD}\n{BAD}\n")
    assert 'role="status"' in owner.get(f"/importar/{run.pk}/").content.decode()
    drain(ImportRun, Publication)
    page = owner.get(f"/importar/{run.pk}/").content.decode()
    assert "Linhas separadas" in page
    assert "não pode ser lido como número" in page
    assert "vendas.csv" in owner.get("/importar/").content.decode()


def test_sales_of_nobody_say_what_the_file_lacks(client_of: Callable[[str], Client]) -> None:
    owner = client_of(Role.OWNER)
    run = upload(owner, "pedido;data;cliente;valor total\n1;25/10/2024;0001;10,00\n")
    drain(ImportRun, Publication)
    assert "Nenhuma venda tem cliente" in owner.get(f"/importar/{run.pk}/").content.decode()
    run.refresh_from_db()
    assert any("Nenhuma venda tem cliente" in line for line in lines(run.report))
    known = upload(owner, "pedido;data;cod cliente;valor total\n2;25/10/2024;0001;10,00\n")
    drain(ImportRun, Publication)
    assert "Nenhuma venda tem cliente" not in owner.get(f"/importar/{known.pk}/").content.decode()


def test_the_question_of_the_dates_is_answered_on_the_page(client_of: Callable[[str], Client]) -> None:
    owner = client_of(Role.OWNER)
    run = upload(owner, f"{HEADER}\n{GOOD.replace('25/10', '02/10')}\n")
    drain(ImportRun, Publication)
    assert "o que vem primeiro?" in owner.get(f"/importar/{run.pk}/").content.decode()
    owner.post(f"/importar/{run.pk}/responder/", {"date_order": "dmy"})
    drain(ImportRun, Publication)
    run.refresh_from_db()
    assert (run.stage, run.report["figures"]["first_day"]) == ("published", "2024-10-02")


def test_the_columns_are_shown_and_chosen(client_of: Callable[[str], Client]) -> None:
    manager = client_of(Role.MANAGER)
    run = upload(manager, f"{HEADER}\n{GOOD}\n", review="on")
    drain(ImportRun, Publication)
    page = manager.get(f"/importar/{run.pk}/").content.decode()
    assert "O que é cada coluna?" in page
    assert "Ana Souza" not in page  # a manager sees the form of the data only
    chosen = {f"column_{at}": name for at, name in enumerate(ImportRun.objects.get().question["recognised"])}
    manager.post(f"/importar/{run.pk}/responder/", chosen)
    drain(ImportRun, Publication)
    run.refresh_from_db()
    assert run.report["accepted"] == 1


def test_rows_set_aside_are_masked_by_role_and_taken_away(
    tmp_path: Path, client_of: Callable[[str], Client]
) -> None:
    run = brought(csv_file(tmp_path, [GOOD, BAD.replace("Bruno Lima", "=1+1")]))
    here = f"/importar/{run.pk}/separadas"
    assert "=1+1" in client_of(Role.OWNER).get(f"{here}/").content.decode()
    assert "=9+9" in client_of(Role.MANAGER).get(f"{here}/?motivo=amount_invalid").content.decode()
    file = client_of(Role.OWNER).get(f"{here}.csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[0].startswith("pedido;item;data;cliente_id;nome;cpf")
    assert "'=1+1" in text


def test_an_import_that_is_cancelled_leaves_nothing(client_of: Callable[[str], Client]) -> None:
    owner = client_of(Role.OWNER)
    run = upload(owner, f"{HEADER}\n{GOOD}\n")
    owner.post(f"/importar/{run.pk}/cancelar/")
    drain(ImportRun, Publication)
    run.refresh_from_db()
    assert run.status == "cancelled"
    assert "nada dela ficou" in owner.get(f"/importar/{run.pk}/").content.decode()


@pytest.mark.parametrize("role", [Role.SELLER, Role.SAC, Role.ANALYST])
def test_who_may_not_import_is_not_let_in(role: str, client_of: Callable[[str], Client]) -> None:
    assert client_of(role).get("/importar/").status_code == 403
