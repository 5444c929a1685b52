"""The list of erasures: found by receipt, protocol and state, and taken away as a file that names nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from recompra.accounts.models import AccessLog
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.models import Erasure
from recompra.work.drain import drain
from tests.cast import Cast


@pytest.fixture
def two(shop: Cast) -> tuple[Erasure, Erasure]:
    """Carla was erased; Davi's erasure waits."""
    done = request_erasure(shop.carla, by=shop.denise)
    drain(Erasure, raising=True)
    waiting = request_erasure(shop.davi, by=shop.denise)
    done.refresh_from_db()
    return done, waiting


def shown(client: Client, query: str = "") -> list[int]:
    page = client.get(f"/privacidade/eliminacoes/{query}")
    return [row.pk for row in page.context["rows"]]


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_found_by_receipt_and_by_state(
    two: tuple[Erasure, Erasure], client_for: Callable[..., Client], shop: Cast
) -> None:
    done, waiting = two
    client = client_for(shop.denise)
    assert shown(client) == [waiting.pk, done.pk]
    assert shown(client, "?ordem=pedida") == [done.pk, waiting.pk]
    assert shown(client, "?situacao=concluidas") == [done.pk]
    assert shown(client, "?situacao=em-andamento") == [waiting.pk]
    assert shown(client, "?situacao=paradas") == []
    assert shown(client, f"?busca={str(done.uid)[:8].upper()}") == [done.pk]
    assert "Nada encontrado" in client.get("/privacidade/eliminacoes/?busca=zzz").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_file_names_nobody_and_leaves_a_trace(
    two: tuple[Erasure, Erasure], client_for: Callable[..., Client], shop: Cast
) -> None:
    done, _waiting = two
    client = client_for(shop.denise)
    asked = client.post(
        "/privacidade/eliminacoes/exportar/?situacao=concluidas", {"formato": "csv", "motivo": "auditoria"}
    )
    content = b"".join(asked).decode("utf-8-sig")
    header, line = content.strip().splitlines()
    assert header.startswith("Recibo;")
    assert str(done.uid) in line
    assert "Carla" not in content
    entry = AccessLog.objects.get(action="export_erasures")
    assert (entry.count, entry.reason) == (1, "auditoria")
    assert client_for(shop.saulo).post("/privacidade/eliminacoes/exportar/").status_code == 403
