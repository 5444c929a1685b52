"""The customer dashboard: its filters in the address, its tiles, its files, and whom it shows to whom."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from recompra.accounts.models import AccessLog, Store
from recompra.customers.models import Customer
from recompra.dashboards.customers import answers
from recompra.dashboards.customers.asked import PERIODS, Asked, named
from recompra.dashboards.customers.catalog import tiles
from recompra.dashboards.models import IdentifiedTarget
from recompra.dashboards.scope import scope_within
from recompra.segments.models import Segment
from recompra.warehouse.engine import LoadBatch, engine
from tests import twelve_orders
from tests.cast import Cast
from tests.dashboards.read import HOME, figures, page, people_link, rows, text
from tests.dashboards.shown_people import publish_people

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def open_shop(shop: Cast) -> Cast:
    publish_people()
    return shop


def asked(today: dt.date, **changed: Any) -> Asked:
    since, until = named("365d", today)
    return replace(Asked("365d", since, until, today, scope_within(None), None), **changed)


# the page -------------------------------------------------------------------------------------------------


def test_every_tile_has_a_place_and_those_that_were_counted_stand_in_the_page(
    open_shop: Cast, client_for: ClientFor
) -> None:
    client = client_for(open_shop.otavio)
    first = page(client)
    for code, tile in tiles().items():
        assert f'id="tile-{code}"' in first
        assert str(tile.title) in first
        assert f'hx-get="{HOME}{code}/"' in first
        assert f'href="{HOME}{code}/"' in first  # the way without JavaScript
    page(client, f"{HOME}negocio/")
    again = page(client)
    assert "Ticket médio" in again
    assert f'hx-get="{HOME}negocio/"' not in again
    assert f'hx-get="{HOME}frequencia/" hx-trigger="load"' in again


def test_a_tile_is_a_page_and_a_piece_of_one(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    for code, tile in tiles().items():
        whole = page(client, f"{HOME}{code}/")
        assert whole.count("Como é calculado") == 1
        assert str(tile.how) in whole
        piece = page(client, f"{HOME}{code}/", **HTMX, **{"HX-Target": f"tile-{code}"})
        assert piece.lstrip().startswith("<section id=")
        assert "<html" not in piece


def test_no_name_and_no_document_stands_on_the_dashboard(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    for code in tiles():
        page(client, f"{HOME}{code}/")
    shown = page(client)
    for person in Customer.objects.all():
        assert person.name not in shown
        assert str(person.cpf) not in shown


def test_sellers_and_the_sac_have_no_dashboard(cast: Cast, client_for: ClientFor) -> None:
    for person in (cast.lucia, cast.saulo):
        for address in (HOME, f"{HOME}negocio/", f"{HOME}negocio/pessoas/?parte=compraram", f"{HOME}metas/"):
            assert client_for(person).get(address).status_code == 403
    assert Client().get(HOME).status_code == 302


def test_before_the_first_import_the_panel_says_what_to_do(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.otavio).get(HOME).url == "/painel/"


def test_a_period_without_sales_says_so(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    shown = page(client, f"{HOME}negocio/?periodo=datas&de=2001-01-01&ate=2001-12-31")
    assert "Nenhum cliente identificado comprou neste período" in shown
    refused = client.post(f"{HOME}negocio/arquivo/?de=2001-01-01&ate=2001-12-31", {"formato": "csv"})
    assert refused.status_code == 422


# the filters ----------------------------------------------------------------------------------------------


def test_each_period_can_be_chosen(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    for code in PERIODS:
        shown = page(client, f"{HOME}?periodo={code}")
        assert f'<option value="{code}" selected>' in shown
        assert ('type="date"' in shown) == (code == "datas")


def test_the_named_periods_are_the_days_they_say() -> None:
    day = dt.date(2026, 3, 30)
    assert named("30d", day) == (dt.date(2026, 3, 1), day)
    assert named("mes", day) == (dt.date(2026, 3, 1), day)
    assert named("mes-passado", day) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert named("ano", day) == (dt.date(2026, 1, 1), day)
    assert named("mes-passado", dt.date(2026, 1, 1)) == (dt.date(2025, 12, 1), dt.date(2025, 12, 31))


WRONG_DATES = {
    "de=2026-05-10&ate=2026-05-01": "O período termina em 01/05/2026, antes de começar em 10/05/2026",
    "periodo=datas&de=2026-05-10&ate=": "Informe os dois dias do período",
    "de=amanhã&ate=2026-05-01": "Informe os dois dias do período",
    "de=2001-01-01&ate=2026-05-01": "no máximo dez anos",
}


def test_dates_that_make_no_period_get_a_sentence_beside_the_fields(
    open_shop: Cast, client_for: ClientFor
) -> None:
    client = client_for(open_shop.otavio)
    for query, sentence in WRONG_DATES.items():
        for address in (HOME, f"{HOME}negocio/"):
            shown = page(client, f"{address}?{query}", status=422)
            assert sentence in shown
            assert 'aria-describedby="period-error"' in shown
        fragment = client.get(f"{HOME}negocio/?{query}", headers={**HTMX, "HX-Target": "tile-negocio"})
        assert fragment.status_code == 422
        assert fragment["HX-Retarget"] == "#toasts"


def test_what_is_not_there_is_not_found(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    for query in ("loja=999", "loja=x", "segmento=x", "segmento=champion", "periodo=sempre"):
        for address in (HOME, f"{HOME}negocio/", f"{HOME}negocio/pessoas/"):
            assert client.get(f"{address}?{query}&parte=compraram").status_code == 404
    assert client.get(f"{HOME}nada/").status_code == 404


def test_a_saved_segment_limits_every_tile_and_an_archived_one_is_gone(
    open_shop: Cast, client_for: ClientFor
) -> None:
    rule = {"version": 1, "match": "all", "rules": [{"field": "sex", "op": "one_of", "value": ["F"]}]}
    women = Segment.objects.create(name="Mulheres", rule=rule)
    client = client_for(open_shop.otavio)
    query = f"?segmento={women.public_id}"
    assert "Mulheres" in page(client)
    shown = page(client, f"{HOME}clientes/{query}")
    assert "somente “Mulheres”" in shown
    assert figures(shown)["Clientes encontrados"][0] == "2"
    assert figures(page(client, f"{HOME}frequencia/{query}"))["Clientes que compraram"][0] == "2"
    listed = page(client, people_link(page(client, f"{HOME}frequencia/{query}"), "Clientes que compraram"))
    assert "Ana Beatriz Souza" in listed
    assert "Bruno" not in listed
    women.rule["rules"][0]["value"] = ["M"]
    women.version += 1
    women.save()
    assert figures(page(client, f"{HOME}negocio/{query}"))["Ticket médio"][0] == "R$ 890,00"  # Bruno, Davi
    women.archived_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    women.save()
    assert client.get(f"{HOME}clientes/{query}").status_code == 404


# the people behind ----------------------------------------------------------------------------------------


def listed(client: Client, address: str) -> str:
    """The number that the list's heading tells."""
    heading = text(page(client, address).partition('id="t-pessoas">')[2].partition("</h2>")[0])
    return heading.partition(" ")[0]


def test_each_figure_leads_to_as_many_people_as_it_says(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    for address in ("clientes/", "frequencia/", "frequencia/?por=quinzena"):
        shown = page(client, f"{HOME}{address}")
        for name, cells in rows(shown).items():
            if name not in ("Intervalo", "Segmento"):
                assert listed(client, people_link(shown, name)) == cells[0]


def test_the_people_of_a_store_are_those_who_bought_there(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    shown = page(client, f"{HOME}identificadas/")
    centro = page(client, people_link(shown, "Loja Centro"))
    assert all(name in centro for name in ("Ana Beatriz", "Bruno", "Carla"))
    assert "Davi" not in centro
    again = page(client, people_link(page(client, f"{HOME}negocio/"), "Taxa de recompra"))
    assert "Ana Beatriz" in again
    assert "Carla" not in again


def test_the_list_is_masked_for_who_may_not_see_personal_data(open_shop: Cast, client_for: ClientFor) -> None:
    address = f"{HOME}clientes/pessoas/?parte=todos"
    assert "529.982.247-25" in page(client_for(open_shop.otavio), address)
    masked = page(client_for(open_shop.aline), address)
    assert "529.982.247-25" not in masked
    assert "•••.982.247-••" in masked


def test_a_made_up_part_is_not_found(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    for code in tiles():
        for part in ("", "x", "2026-13-01", "vezes-7", "2001-01-01", "99", "-1"):
            answer = client.get(f"{HOME}{code}/pessoas/", {"parte": part})
            assert answer.status_code == 404, (code, part)


def test_a_manager_of_one_store_gets_no_list_of_another(open_shop: Cast, client_for: ClientFor) -> None:
    open_shop.marta.stores.set([open_shop.online])
    client = client_for(open_shop.marta)
    address = f"{HOME}identificadas/pessoas/"
    assert client.get(f"{address}?parte={open_shop.centro.pk}").status_code == 404
    shown = page(client, f"{address}?parte={open_shop.online.pk}")
    assert "Davi Peixoto" in shown
    assert "Ana Beatriz" not in shown  # she bought there, but is a customer of Centro
    assert "Só aparecem pessoas das suas lojas" in shown


# files ----------------------------------------------------------------------------------------------------


def test_every_table_is_a_file_and_that_is_logged(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.aline)
    for code, tile in tiles().items():
        if 'name="formato"' not in page(client, f"{HOME}{code}/"):
            assert client.post(f"{HOME}{code}/arquivo/", {"formato": "csv"}).status_code == 422
            continue
        for kind in ("csv", "xlsx", "parquet"):
            answer = client.post(f"{HOME}{code}/arquivo/", {"formato": kind})
            assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            entry = AccessLog.objects.filter(action="export_tile").latest("id")
            assert (entry.staff, entry.reason) == (open_shop.aline, str(tile.title))


def test_the_csv_is_brazilian_and_computes_nothing(open_shop: Cast, client_for: ClientFor) -> None:
    Store.objects.filter(pk=open_shop.centro.pk).update(name="=HYPERLINK(1)")
    client = client_for(open_shop.otavio)
    answer = client.post(f"{HOME}identificadas/arquivo/", {"formato": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("Loja;Vendas;Identificadas;Participação;Meta")
    assert "'=HYPERLINK(1);7;6;0,8571;;1684,90;1649,90;0,9792" in lines
    assert "Total;9;8;0,8889;;2664,90;2629,90;0,9869" in lines


def test_a_file_needs_a_known_form_and_the_right_to_take_it(open_shop: Cast, client_for: ClientFor) -> None:
    address = f"{HOME}negocio/arquivo/"
    assert client_for(open_shop.otavio).post(address, {"formato": "exe"}).status_code == 404
    assert client_for(open_shop.otavio).get(address).status_code == 405
    assert client_for(open_shop.denise).post(address, {"formato": "csv"}).status_code == 403


# targets --------------------------------------------------------------------------------------------------


def test_marta_sets_a_target_and_the_tile_draws_it(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.marta)
    store = f"store_{open_shop.centro.pk}"
    assert client.post(f"{HOME}metas/", {store: "90"}).status_code == 302
    shown = page(client, f"{HOME}identificadas/")
    assert rows(shown)["Loja Centro"][3] == "90%"
    assert figures(shown)["Meta"][0] == "nenhuma"  # Online has none, so there is none of all
    page(client, f"{HOME}metas/")
    client.post(f"{HOME}metas/", {store: "90", f"store_{open_shop.online.pk}": "80"})
    shown = page(client, f"{HOME}identificadas/")
    # (7 sales of Centro at 90 % + 2 of Online at 80 %) / 9 = 87.78 %; 88.89 % is 1.1 points above
    assert figures(shown)["Meta"] == ("88%", "1,1 pontos acima")
    assert 'class="line second"' in shown
    assert IdentifiedTarget.objects.count() == 2  # what did not change is not written again
    client.post(f"{HOME}metas/", {store: "", f"store_{open_shop.online.pk}": "80"})
    assert rows(page(client, f"{HOME}identificadas/"))["Loja Centro"][3] == "–"
    history = page(client, f"{HOME}metas/")
    assert "nenhuma mais" in history
    assert "Marta" in history


def test_a_target_is_a_share(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.marta)
    for percent in ("0", "101", "muito"):
        answer = client.post(f"{HOME}metas/", {f"store_{cast.centro.pk}": percent})
        assert answer.status_code == 422
    assert not IdentifiedTarget.objects.exists()


def test_targets_are_of_ones_own_stores_and_of_who_decides(cast: Cast, client_for: ClientFor) -> None:
    cast.marta.stores.set([cast.online])
    client_for(cast.marta).post(f"{HOME}metas/", {f"store_{cast.centro.pk}": "50"})
    assert not IdentifiedTarget.objects.exists()
    assert "Loja Centro" not in page(client_for(cast.marta), f"{HOME}metas/")
    assert client_for(cast.aline).get(f"{HOME}metas/").status_code == 403


# kept answers ---------------------------------------------------------------------------------------------


def counting(monkeypatch: pytest.MonkeyPatch, code: str) -> list[int]:
    """How often the tile is counted from now on."""
    tile, counted = tiles()[code], list[int]()

    def count(*given: Any) -> Any:
        counted.append(1)
        return tile.count(*given)

    monkeypatch.setitem(tiles(), code, replace(tile, count=count))
    return counted


def test_an_answer_is_kept_until_new_facts_come(
    open_shop: Cast,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    today: dt.date,
    warehouse: str,
    tmp_path: Any,
) -> None:
    counted = counting(monkeypatch, "negocio")
    client = client_for(open_shop.otavio)
    for _visit in range(3):
        page(client, f"{HOME}negocio/")
    assert len(counted) == 1
    page(client, f"{HOME}negocio/?loja={open_shop.centro.pk}")
    assert len(counted) == 2
    engine(warehouse).apply(
        LoadBatch(id=2, **twelve_orders.parquet(today - dt.timedelta(days=1), tmp_path / "more", 2))
    )
    page(client, f"{HOME}negocio/")
    assert len(counted) == 3


def test_a_manager_never_gets_the_kept_answer_of_the_owner(open_shop: Cast, client_for: ClientFor) -> None:
    whole = figures(page(client_for(open_shop.otavio), f"{HOME}negocio/"))
    open_shop.marta.stores.set([open_shop.online])
    own = figures(page(client_for(open_shop.marta), f"{HOME}negocio/"))
    assert whole["Ticket médio"][0] == "R$ 328,74"
    assert own["Ticket médio"][0] == "R$ 490,00"  # (200 + 780) / 2


def test_who_asks_at_the_same_time_waits_for_one_count(
    shop: Cast, today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "cache", LocMemCache("answers", {}))  # one that every thread sees
    begun, go_on, counted = threading.Event(), threading.Event(), list[int]()

    def count(*_given: Any) -> Any:
        counted.append(1)
        begun.set()
        go_on.wait(5)
        return {"rows": [{"n": 1}]}

    tile, wanted, found = replace(tiles()["negocio"], count=count), asked(today), list[Any]()
    threads = [
        threading.Thread(target=lambda: found.append(answers.answer(tile, wanted))) for _one in range(4)
    ]
    threads[0].start()
    begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(counted) == 1
    assert found == [{"rows": [{"n": 1}]}] * 4
    assert not answers._under_way


plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.text(max_size=9),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)


@given(st.lists(plain, max_size=6))
def test_what_is_kept_comes_back_as_it_was(values: list[Any]) -> None:
    counted = {"rows": [{"name": "x", "value": value} for value in values], "none": []}
    assert answers.read(answers.written(counted)) == counted


def test_the_table_of_a_tile_is_sorted_by_each_of_its_columns(open_shop: Cast, client_for: ClientFor) -> None:
    """Ascending, then descending; the total stays at the end, and the piece of the dashboard as it was."""
    client = client_for(open_shop.otavio)
    address = f"{HOME}identificadas/"
    names = list(rows(page(client, address)))
    stores = sorted(name for name in names if name.startswith("Loja "))
    up, down = (page(client, f"{address}?ordem={order}") for order in ("1", "-1"))
    assert [name for name in rows(up) if name.startswith("Loja ")] == stores
    assert [name for name in rows(down) if name.startswith("Loja ")] == stores[::-1]
    assert list(rows(up))[-1] == list(rows(down))[-1] == names[-1]
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down
    assert "?ordem=-1" in up
    for odd in ("99", "-", "abc", "0"):
        assert list(rows(page(client, f"{address}?ordem={odd}"))) == names
