"""*Quem comprar o quê*: each person of a group with their product, a product with its people, the file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.segments.models import Segment
from recompra.segments.offers.asked import Asked
from recompra.segments.offers.people import why
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from recompra.warehouse.dialect import answer_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from tests.cast import Cast
from tests.segments.stage import publish_people
from tests.twelve_orders import ANA, BAG, BRUNO, CARLA, COAT, DAVI, MUG, SHIRT

ClientFor = Callable[[User], Client]


def offer(who: int, place: int, product: int, score: int, **told: Any) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(TABLES["offers"].columns)
    return blank | {"customer_key": who, "place": place, "product_key": product, "score": score} | told


OFFERS = [
    offer(ANA, 1, BAG, 900, reason="again", times=3, days=10),
    offer(ANA, 2, COAT, 300, reason="popular", people=2, days=365),
    offer(BRUNO, 1, COAT, 800, reason="again", times=2, days=260),
    offer(CARLA, 1, SHIRT, 500, reason="next", because_key=MUG, people=7),
    offer(CARLA, 2, COAT, 400, reason="together", because_key=MUG, people=5),
    offer(DAVI, 1, MUG, 100, reason="popular", people=1, days=365),
]


@pytest.fixture
def offered(shop: Cast, warehouse: str, today: dt.date) -> Cast:
    content = pa.Table.from_pylist(OFFERS, schema=answer_schema(TABLES["offers"]))
    engine(warehouse).replace("offers", content)
    publish_people()
    return shop


def page(client: Client, **asked: str | int) -> str:
    answer = client.get(reverse("segments:offers"), asked)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def names(text: str) -> list[str]:
    """Of the people, in the order of the list."""
    order = ["Ana Beatriz Souza", "Bruno Álvares Lima", "Carla Nogueira", "Davi Peixoto"]
    found = [(text.index(f'">{name}</a>'), name.split()[0]) for name in order if f'">{name}</a>' in text]
    return [name for _place, name in sorted(found)]


def test_everybody_with_their_product_the_likeliest_first(offered: Cast, client_for: ClientFor) -> None:
    text = page(client_for(offered.otavio))
    assert names(text) == ["Ana", "Bruno", "Carla", "Davi"]
    for said in (
        "Bolsa de couro",
        "levou 3 vezes, a última há 10 dias",
        "7 clientes levaram depois de Caneca esmaltada",
        "1 cliente levou nos últimos 365 dias",
    ):
        assert said in text, said


def test_a_product_with_its_people(offered: Cast, client_for: ClientFor) -> None:
    text = page(client_for(offered.otavio), item=COAT)
    assert names(text) == ["Bruno", "Carla", "Ana"]
    assert "A quem oferecer" in text
    assert "sai junto com Caneca esmaltada em 5 compras" in text


def test_of_a_group_of_products_each_has_the_best_of_it(offered: Cast, client_for: ClientFor) -> None:
    groups = engine_groups()
    text = page(client_for(offered.otavio), grupo_produto=groups[COAT] or "")
    keys = {key for key, group in groups.items() if group == groups[COAT]}
    expected = {row["customer_key"] for row in OFFERS if row["product_key"] in keys}
    assert len(names(text)) == len(expected)
    assert names(page(client_for(offered.otavio), produto="caneca")) == ["Davi"]


def engine_groups() -> dict[int, str | None]:
    rows = engine(settings.WAREHOUSE_URL).rows(TABLES["products"])
    return {row["product_key"]: row["group_name"] for row in rows}


def test_of_a_segment_only_its_people(offered: Cast, client_for: ClientFor) -> None:
    rule = as_json(read({"rules": [{"field": "ltv", "op": "at_least", "value": "1000"}]}))
    segment = Segment.objects.create(name="Gastam muito", rule=rule, created_by=offered.otavio)
    found = names(page(client_for(offered.otavio), segmento=str(segment.public_id)))
    assert 0 < len(found) < 4
    shown = client_for(offered.otavio).get(reverse("segments:segment", args=[segment.public_id]))
    assert f"{reverse('segments:offers')}?segmento={segment.public_id}" in shown.content.decode()


def test_who_works_in_one_store_sees_its_people_alone(offered: Cast, client_for: ClientFor) -> None:
    whole, own = names(page(client_for(offered.otavio))), names(page(client_for(offered.lucia)))
    assert 0 < len(own) < len(whole)


def test_somebody_is_found_among_them_and_the_list_can_be_sorted(
    offered: Cast, client_for: ClientFor
) -> None:
    client, token = client_for(offered.otavio), Asked().question().token()
    found = client.post(reverse("segments:found_search"), {"grupo": token, "busca": "Carla"})
    assert names(found.content.decode()) == ["Carla"]
    by_name = client.get(reverse("segments:found"), {"grupo": token, "ordem": "nome"})
    assert names(by_name.content.decode()) == ["Ana", "Bruno", "Carla", "Davi"]


def test_the_next_page_begins_where_this_one_ends(
    offered: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "recompra.segments.found.listing.page.__kwdefaults__",
        {"sort": "gasto", "after": "", "size": 3, "by": ""},
    )
    client = client_for(offered.otavio)
    first = client.get(reverse("segments:offers"))
    assert names(first.content.decode()) == ["Ana", "Bruno", "Carla"]
    rest = client.get(first.context["more"])
    assert names(rest.content.decode()) == ["Davi"]


def test_whom_we_may_write_to_has_a_button_with_the_product(offered: Cast, client_for: ClientFor) -> None:
    text = page(client_for(offered.lucia))
    chat = reverse("messaging:open_chat", args=[offered.ana.public_id])
    assert f'action="{chat}"' in text
    assert f'name="produto" value="{BAG}"' in text


def test_the_list_leaves_as_a_file_with_a_trace(offered: Cast, client_for: ClientFor) -> None:
    client = client_for(offered.otavio)
    address = f"{reverse('segments:export')}?grupo={Asked(product=COAT).question().token()}&ordem=lista"
    asked = {"formato": "csv", "uso": "analysis", "motivo": "oferecer casacos", "colunas": ["name"]}
    answer = client.post(address, asked)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert head == ["Nome", "O que oferecer", "Por quê", "Grupo de produtos"]
    assert [row[0].split()[0] for row in rows] == ["Bruno", "Carla", "Ana"]
    assert rows[1][2] == "sai junto com Caneca esmaltada em 5 compras"
    assert AccessLog.objects.get(action="export_list").count == 3


def test_without_offers_the_page_says_when_there_will_be_some(
    shop: Cast, warehouse: str, client_for: ClientFor
) -> None:
    publish_people()
    assert "Ainda não há o que oferecer" in page(client_for(shop.otavio))


def test_what_makes_no_sense_in_an_address_is_left_out(offered: Cast, client_for: ClientFor) -> None:
    assert len(names(page(client_for(offered.otavio), segmento="x", loja="9e9", item="1;2"))) == 4
    assert names(page(client_for(offered.otavio), item="123456789")) == []


def test_no_reason_no_words() -> None:
    assert why(None) is None
