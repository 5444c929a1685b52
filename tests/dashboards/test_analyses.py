"""*Análises*: migration and the test of the cuts, on the twelve orders, with their files and their people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recompra.accounts.models import AccessLog
from recompra.analytics.rfm import Cuts
from recompra.customers import cuts as shop_cuts
from recompra.dashboards.analyses.verdict import verdict
from tests.analytics.test_rfm_migration import TWELVE
from tests.cast import Cast
from tests.dashboards.read import figures, page, people_link, rows, text
from tests.dashboards.shown_people import publish_people

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
HOME = "/painel/analises/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def open_shop(shop: Cast) -> Cast:
    """The shop with the cuts of its own that tests of the metrics use."""
    shop_cuts.decide(TWELVE, shop.otavio)
    publish_people()
    return shop


def between(today: dt.date, first: int, second: int = 0, **more: object) -> str:
    """The query of two days, so many days ago."""
    days = (today - dt.timedelta(days=ago) for ago in (first, second))
    query = "&".join(f"{name}={day.isoformat()}" for name, day in zip(("de", "ate"), days, strict=True))
    return "?" + query + "&agora=1" + "".join(f"&{name}={value}" for name, value in more.items())


# migration ------------------------------------------------------------------------------------------------


def test_the_first_tab_is_the_migration(open_shop: Cast, client_for: ClientFor) -> None:
    client = client_for(open_shop.otavio)
    answer = client.get(HOME)
    assert answer.headers["Location"] == f"{HOME}migracao/"
    shown = page(client, answer.headers["Location"])
    assert 'aria-busy="true"' in shown
    assert f'hx-get="{HOME}migracao/"' in shown
    piece = page(client, f"{HOME}migracao/", **HTMX, **{"HX-Target": "tile-migracao"})
    assert "<html" not in piece
    assert "Subiram" in piece
    assert "aria-busy" not in page(client, f"{HOME}migracao/")  # it is kept now


def test_who_moved_and_what_they_are_worth(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    """Fifty days ago Ana hibernated (1-3-1) and Bruno was at risk; Carla and Davi came since."""
    shown = page(client_for(open_shop.otavio), f"{HOME}migracao/{between(today, 50)}")
    told = figures(shown)
    assert told["Subiram"][0] == "1"
    assert told["Desceram"][0] == "0"
    assert told["Ficaram onde estavam"][0] == "1"
    assert told["Entraram"][0] == "2"
    assert "50% dos de" in told["Subiram"][1]
    assert "Cortes: os que a loja escolheu" in shown
    lines = rows(shown)
    assert lines["Hibernando"] == [
        "Leais", "1", "100%", "1", "R$ 400,00", "R$ 740,00", "R$ 340,00",
    ]  # fmt: skip
    assert lines["Em risco"][:2] == ["Em risco", "1"]
    assert lines["Total"] == ["", "4", "–", "3", "R$ 2.300,00", "R$ 3.469,90", "R$ 1.169,90"]
    assert "Hibernando → Leais: 1 pessoas, R$ 740 gastos ao todo" in shown
    assert shown.count('class="flow') == 4


def test_the_ribbons_are_of_people_or_of_money(
    open_shop: Cast, client_for: ClientFor, today: dt.date
) -> None:
    client = client_for(open_shop.otavio)
    assert "Pessoas de cada segmento" in page(client, f"{HOME}migracao/{between(today, 50)}")
    by_value = page(client, f"{HOME}migracao/{between(today, 50, por='valor')}")
    assert "já gastaram ao todo" in by_value
    assert "R$ 1,9 mil" in by_value


def test_the_people_who_went_from_one_segment_to_another(
    open_shop: Cast, client_for: ClientFor, today: dt.date
) -> None:
    client = client_for(open_shop.otavio)
    shown = page(client, f"{HOME}migracao/{between(today, 50)}")
    people = page(client, people_link(shown, "Hibernando"))
    assert "Ana Beatriz Souza" in people
    assert "Bruno" not in text(people)
    assert "Hibernando → Leais" in people
    assert "R$ 340,00" in people  # what she spent between the days
    new = page(client, people_link(shown, "Entraram"))
    assert "Carla Nogueira" in new
    assert "Davi Peixoto" in new
    for part in ("outro>loyal", "loyal>outro", "", "todos>"):
        assert client.get(f"{HOME}migracao/pessoas/{between(today, 50, parte=part)}").status_code == 404


def test_the_table_is_sorted_by_each_of_its_columns(
    open_shop: Cast, client_for: ClientFor, today: dt.date
) -> None:
    """Ascending, then descending, in the page and in its piece; the total stays at the end."""
    client, address = client_for(open_shop.otavio), f"{HOME}migracao/{between(today, 50)}"
    piece = page(client, address, **HTMX, **{"HX-Target": "tile-migracao"})
    _heads, *usual, _total = rows(piece)
    assert "ordem=1" in piece
    up, down = (page(client, f"{address}&ordem={order}") for order in ("1", "-1"))
    assert len(usual) > 1
    assert list(rows(up))[1:] == [*sorted(usual, key=str.casefold), "Total"]
    assert list(rows(down))[1:] == [*sorted(usual, key=str.casefold, reverse=True), "Total"]
    assert 'aria-sort="ascending"' in up
    assert "ordem=-1" in up
    assert list(rows(page(client, f"{address}&ordem=99"))) == list(rows(piece))


def test_a_store_and_a_segment_narrow_it(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    client = client_for(open_shop.otavio)
    centro = page(client, f"{HOME}migracao/{between(today, 50, loja=open_shop.centro.pk)}")
    assert rows(centro)["Total"][1] == "3"  # Davi bought online alone
    loyal = page(client, f"{HOME}migracao/{between(today, 50, segmento='loyal')}")
    assert rows(loyal)["Total"][1] == "1"
    open_shop.marta.stores.set([open_shop.online])
    own = page(client_for(open_shop.marta), f"{HOME}migracao/{between(today, 50)}")
    assert rows(own)["Total"][1] == "3"  # Ana, Bruno and Davi bought there
    other = f"{HOME}migracao/{between(today, 50, loja=open_shop.centro.pk)}"
    assert client_for(open_shop.marta).get(other).status_code == 404


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (10, 10, "O primeiro dia deve vir antes do segundo."),
        (10, 20, "O primeiro dia deve vir antes do segundo."),
        (10, -3, "ainda não chegou"),
        (4000, 10, "no máximo dez anos"),
    ],
)
def test_days_that_make_no_sense_are_refused_with_a_sentence(
    open_shop: Cast, client_for: ClientFor, today: dt.date, first: int, second: int, sentence: str
) -> None:
    shown = page(client_for(open_shop.otavio), f"{HOME}migracao/{between(today, first, second)}", 422)
    assert sentence in shown
    assert 'aria-invalid="true"' in shown
    assert "flow" not in shown


def test_one_day_alone_is_not_enough(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    shown = page(client_for(open_shop.otavio), f"{HOME}migracao/?de={today}", 422)
    assert "Informe os dois dias" in shown


def test_before_the_first_sale_everybody_came_in(
    open_shop: Cast, client_for: ClientFor, today: dt.date
) -> None:
    shown = page(client_for(open_shop.otavio), f"{HOME}migracao/{between(today, 1000)}")
    assert figures(shown)["Entraram"][0] == "4"
    empty = page(client_for(open_shop.otavio), f"{HOME}migracao/{between(today, 1000, 900)}")
    assert "Ninguém tinha comprado até o segundo dia" in empty


# the test of the cuts -------------------------------------------------------------------------------------


def test_what_each_group_bought_after_the_day(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    """As of 45 days ago Ana (1-3-1) and Bruno (1-2-5) stood in the list; Ana bought for 340 in the 40 days
    after it, Davi and Carla came new."""
    shown = page(client_for(open_shop.otavio), f"{HOME}teste-dos-cortes/{between(today, 45, 5)}")
    told = figures(shown)
    assert told["Compraram em 40 dias"] == (
        "50%",
        f"dos 2 clientes de {today - dt.timedelta(days=45):%d/%m/%Y}",
    )
    assert told["Quem mais voltou: Hibernando"][0] == "100%"
    assert told["Quem menos voltou: Em risco"][0] == "0%"
    assert told["Novos clientes"][0] == "2"
    lines = rows(shown)
    assert lines["Hibernando"] == ["1", "1", "100%", "2,00", "2", "R$ 340,00", "R$ 340,00"]
    assert lines["Novos clientes"] == ["2", "2", "–", "–", "2", "R$ 829,90", "R$ 414,95"]
    assert lines["Frequência, nota 3"][:3] == ["1", "1", "100%"]
    assert lines["Todos os clientes"] == ["2", "1", "50%", "1,00", "2", "R$ 340,00", "R$ 170,00"]
    assert "ainda há poucas pessoas para avaliar" in shown


def test_days_that_are_not_over_are_refused(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    """The last sale of anybody known is five days old."""
    client = client_for(open_shop.otavio)
    last = today - dt.timedelta(days=5)
    shown = page(client, f"{HOME}teste-dos-cortes/{between(today, 45, 4)}", 422)
    assert f"As vendas conhecidas terminam em {last:%d/%m/%Y}" in shown
    usual = page(client, f"{HOME}teste-dos-cortes/?agora=1")
    assert f"De {last - dt.timedelta(days=90):%d/%m/%Y} a {last:%d/%m/%Y}" in usual


def test_the_people_of_a_group_of_that_day(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    client = client_for(open_shop.otavio)
    shown = page(client, f"{HOME}teste-dos-cortes/{between(today, 45, 5)}")
    people = page(client, people_link(shown, "Em risco"))
    assert "Bruno Álvares Lima" in people
    assert "Ana Beatriz" not in people
    assert "R$ 1.900,00" in people
    everybody = page(client, people_link(shown, "Todos os clientes"))
    assert "Ana Beatriz Souza" in everybody
    assert "Davi" not in text(everybody)
    for part in ("segment:outro", "recency:6", "all", "new:"):
        wanted = f"{HOME}teste-dos-cortes/pessoas/{between(today, 45, 5, parte=part)}"
        assert client.get(wanted).status_code == 404


def group(measure: str, score: int, customers: int, buyers: int) -> dict[str, Any]:
    return {"measure": measure, "score": str(score), "customers": customers, "buyers": buyers}


def test_a_cut_is_judged_beyond_chance() -> None:
    told = verdict(
        [group("recency", score, 1000, 100 * score) for score in range(1, 6)]
        + [group("frequency", score, 1000, buyers) for score, buyers in ((1, 100), (2, 105), (3, 400))]
        + [group("monetary", score, 1000, buyers) for score, buyers in ((1, 300), (2, 100), (3, 400))]
    )
    assert told == [
        "A recência separa bem: da nota 1 à 5, voltaram de 10% a 50%.",
        "A frequência não separa as notas 1 e 2: voltaram 10% e 11%.",
        "O valor engana: voltaram 30% da nota 1 e 10% da nota 2.",
    ]
    few = verdict([group("recency", 1, 29, 0), group("recency", 5, 1000, 900)])
    assert few[0] == "A recência: ainda há poucas pessoas para avaliar."


# cuts, files, roles ---------------------------------------------------------------------------------------


def test_other_cuts_give_another_answer_at_once(
    open_shop: Cast, client_for: ClientFor, today: dt.date
) -> None:
    client = client_for(open_shop.otavio)
    address = f"{HOME}migracao/{between(today, 50)}"
    assert figures(page(client, address))["Subiram"][0] == "1"
    wide = Cuts((1000, 1000, 1000, 1000), TWELVE.frequency, TWELVE.monetary)
    shop_cuts.decide(wide, open_shop.otavio)
    assert "versão 3" in page(client, address)
    assert figures(page(client, address))["Ficaram onde estavam"][0] == "2"


def test_automatic_cuts_are_made_of_what_was_known(shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    publish_people()
    client = client_for(shop.otavio)
    at = today - dt.timedelta(days=45)
    shown = page(client, f"{HOME}teste-dos-cortes/{between(today, 45, 5)}")
    assert f"os que as vendas até {at:%d/%m/%Y} dão" in shown


@pytest.mark.parametrize("code", ["migracao", "teste-dos-cortes"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_table_as_a_file_leaves_a_trace(
    open_shop: Cast, client_for: ClientFor, today: dt.date, code: str, kind: str
) -> None:
    client = client_for(open_shop.otavio)
    answer = client.post(f"{HOME}{code}/arquivo/{between(today, 50, 5)}", {"formato": kind})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert len(content) > 100
    if kind == "csv":
        assert "Hibernando" in content.decode("utf-8-sig")
    entry = AccessLog.objects.get(action="export_analysis")
    assert (entry.count or 0) > 2


def test_who_may_not_export_gets_no_file(open_shop: Cast, client_for: ClientFor, today: dt.date) -> None:
    address = f"{HOME}migracao/arquivo/{between(today, 50)}"
    assert client_for(open_shop.otavio).post(address, {"formato": "exe"}).status_code == 404
    for person in (open_shop.lucia, open_shop.saulo, open_shop.denise):
        assert client_for(person).post(address, {"formato": "csv"}).status_code == 403
        assert client_for(person).get(f"{HOME}migracao/").status_code == 403


def test_without_sales_the_panel_tells_what_to_do(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.otavio).get(f"{HOME}migracao/")
    assert answer.headers["Location"] == "/painel/"
    assert client_for(cast.otavio).get(f"{HOME}outra/").status_code == 404
