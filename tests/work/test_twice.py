"""The handlers of the house, each run twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from recompra.customers import refresh
from recompra.ingest.models import ImportRun, Publication
from recompra.ingest.start import start
from recompra.work.drain import drain
from recompra.work.models import Due
from tests.cast import Cast
from tests.work.twice import assert_a_second_run_changes_nothing

SALES = """pedido;data;id_cliente;nome;email;loja;codigo;produto;quantidade;preco
1;13/01/2026;C1;Ana Alves;ana.alves@example.com;Loja Centro;S1;Saia;1;99,90
2;14/01/2026;C2;Bia Brito;bia@example.com;Loja Centro;S2;Blusa;2;49,90
3;15/01/2026;C1;Ana Alves;ana.alves@example.com;Loja Centro;S2;Blusa;1;de graça
"""


@pytest.fixture
def run(shop: Cast, tmp_path: Path) -> ImportRun:
    file = tmp_path / "vendas.csv"
    file.write_text(SALES, encoding="utf-8")
    return start("csv", [file])


def test_a_refresh(shop: Cast) -> None:
    assert_a_second_run_changes_nothing(refresh.request("test"))


def test_an_import(run: ImportRun) -> None:
    assert_a_second_run_changes_nothing(run)


def test_a_publication(run: ImportRun) -> None:
    drain(ImportRun, raising=True)
    assert_a_second_run_changes_nothing(Publication.objects.get(status=Due.Status.WAITING))
