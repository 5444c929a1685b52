"""The RFM report as a file: asked for on a page, made by the worker, for one pair of hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recompra.accounts.models import AccessLog
from recompra.dashboards import report_file
from recompra.dashboards.models import Report
from recompra.work import made
from recompra.work.drain import drain
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
PAGE = "/painel/relatorio-rfv/"


def asked(today: dt.date, **more: object) -> dict[str, object]:
    return {
        "as_of": today.isoformat(),
        "since": "",
        "store": "",
        "format": "csv",
        "reason": "analysis",
    } | more


def taken(client: Client) -> str:
    """The latest report's file, as text."""
    drain(Report)
    report = Report.objects.latest("id")
    answer = client.get(f"{PAGE}{report.pk}/arquivo/")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_otavio_gets_names_and_whole_cpfs(shop: Cast, today: dt.date, client_for: ClientFor) -> None:
    client = client_for(shop.otavio)
    assert client.post(PAGE, asked(today)).status_code == 302
    lines = taken(client).splitlines()
    assert lines[0].startswith("Cliente;CPF;Segmento;Última compra;")
    ana = next(line for line in lines if line.startswith("Ana Beatriz Souza;"))
    assert ";529.982.247-25;" in ana
    assert ";740,00;" in ana
    assert len(lines) == 5


def test_aline_gets_masked_cpfs(shop: Cast, today: dt.date, client_for: ClientFor) -> None:
    client = client_for(shop.aline)
    client.post(PAGE, asked(today))
    text = taken(client)
    assert "•••.982.247-••" in text
    assert "529.982" not in text


def test_who_loses_the_role_while_it_is_made_gets_masks(
    shop: Cast, today: dt.date, client_for: ClientFor
) -> None:
    client = client_for(shop.otavio)
    client.post(PAGE, asked(today))
    shop.otavio.role = "analyst"
    shop.otavio.save()
    assert "529.982" not in taken(client)


def test_it_is_logged_with_its_count_and_reason(shop: Cast, today: dt.date, client_for: ClientFor) -> None:
    client_for(shop.otavio).post(PAGE, asked(today, reason="audit"))
    drain(Report)
    entry = AccessLog.objects.get(action="export_rfv")
    assert (entry.staff, entry.count, entry.fields) == (shop.otavio, 4, ["cpf", "name"])
    assert entry.reason == "para conferir ou auditar números"


def test_nobody_else_may_take_it(shop: Cast, today: dt.date, client_for: ClientFor) -> None:
    client_for(shop.aline).post(PAGE, asked(today))
    drain(Report)
    address = f"{PAGE}{Report.objects.get().pk}/arquivo/"
    assert client_for(shop.otavio).get(address).status_code == 404
    assert client_for(shop.lucia).get(address).status_code == 403
    assert client_for(shop.lucia).get(PAGE).status_code == 403


def test_the_period_and_the_store_limit_it(shop: Cast, today: dt.date, client_for: ClientFor) -> None:
    client = client_for(shop.otavio)
    since = (today - dt.timedelta(days=50)).isoformat()
    client.post(PAGE, asked(today, since=since, store=shop.centro.pk))
    ana = next(line for line in taken(client).splitlines() if line.startswith("Ana"))
    assert ";2;340,00;" in ana  # 150.00 and 250.00, less the return of 60.00


def test_a_manager_of_one_store_gets_that_store_alone(
    shop: Cast, today: dt.date, client_for: ClientFor
) -> None:
    shop.marta.stores.set([shop.online])
    client = client_for(shop.marta)
    client.post(PAGE, asked(today))
    names = {line.split(";")[0] for line in taken(client).splitlines()[1:]}
    assert names == {"Ana Beatriz Souza", "Bruno Álvares Lima", "Davi Peixoto"}
    assert client.post(PAGE, asked(today, store=shop.centro.pk)).status_code == 422


def test_a_day_to_come_and_a_period_upside_down_are_told(
    shop: Cast, today: dt.date, client_for: ClientFor
) -> None:
    client = client_for(shop.otavio)
    later = (today + dt.timedelta(days=1)).isoformat()
    answer = client.post(PAGE, asked(dt.date.fromisoformat(later)))
    assert answer.status_code == 422
    assert "Esse dia ainda não chegou." in answer.content.decode()
    assert client.post(PAGE, asked(today, since=later)).status_code == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_every_format_is_made(shop: Cast, today: dt.date, client_for: ClientFor, format: str) -> None:
    client_for(shop.aline).post(PAGE, asked(today, format=format))
    drain(Report)
    report = Report.objects.get()
    assert report.at_hand, report.error
    assert report.path.stat().st_mode & 0o777 == 0o600


def test_it_may_be_made_twice_and_is_the_same(shop: Cast, today: dt.date, client_for: ClientFor) -> None:
    client = client_for(shop.aline)
    client.post(PAGE, asked(today))
    first = taken(client)
    Report.objects.update(status="waiting", finished_at=None)
    assert taken(client) == first


def test_after_a_day_the_file_is_gone_and_the_page_says_so(
    shop: Cast, today: dt.date, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(shop.aline)
    client.post(PAGE, asked(today))
    drain(Report)
    report_file.sweep()
    assert Report.objects.get().at_hand
    monkeypatch.setattr(made, "KEPT", dt.timedelta(seconds=-1))
    report_file.sweep()
    assert "apagados depois de um dia" in client.get(PAGE).content.decode()


def test_the_page_polls_only_while_something_is_under_way(
    shop: Cast, today: dt.date, client_for: ClientFor
) -> None:
    client = client_for(shop.aline)
    assert "every 2s" not in client.get(PAGE).content.decode()
    client.post(PAGE, asked(today))
    fragment = client.get(PAGE, headers={"HX-Request": "true", "HX-Target": "reports"}).content.decode()
    assert fragment.startswith("<section")
    assert "every 2s" in fragment
