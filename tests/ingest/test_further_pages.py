"""The result page and the command say in words what came of members, visits and messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from recompra.accounts.models import User
from recompra.ingest.commands import lines
from tests.cast import Cast
from tests.ingest.bring import brought, csv_file

pytestmark = pytest.mark.django_db(transaction=True)
FILES = {
    "members": ("cpf;nome;programa;categoria", ["529.982.247-25;Ana;Clube Aurora;Ouro"]),
    "visits": ("data;evento;visitante", ["13/06/2024 12:00;purchase;v1", "13/06/2024 12:01;page_view;"]),
    "events": (
        "email;evento;data",
        ["ana@exemplo.org;aberto;13/06/2024 12:00", "alguem@exemplo.org;aberto;13/06/2024 12:00"],
    ),
}
SAID = {
    "members": ("Programa de fidelidade", "Clube Aurora", "Membros novos"),
    "visits": ("Compras no site", "visitas sem visitante", "Clientes reconhecidos"),
    "events": ("Mensagens", "mensagens de pessoas que não são clientes", "13/06/2024"),
}
TOLD = {
    "members": ["Membros: Clube Aurora 1"],
    "visits": [
        "Visitas: 1 de 1 visitantes, 1 compras no site",
        "Deixadas de fora: 1 visitas sem visitante: o navegador não permitiu identificar",
    ],
    "events": ["Deixadas de fora: 2 mensagens de pessoas que não são clientes"],
}


@pytest.mark.parametrize("kind", FILES)
def test_the_result_is_told(
    cast: Cast, tmp_path: Path, client_for: Callable[[User], Client], kind: str
) -> None:
    header, rows = FILES[kind]
    run = brought(csv_file(tmp_path, rows, header=header))
    page = client_for(cast.otavio).get(f"/importar/{run.pk}/").content.decode()
    assert [text for text in SAID[kind] if text not in page] == []
    with translation.override("pt-br"):
        told = lines(run.report)
    assert [line for line in TOLD[kind] if line not in told] == []
