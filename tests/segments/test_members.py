"""The list of people found, and the gate through which lists leave: who is in them, masked for whom, in which
order, and how a page goes on."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from recompra.accounts.models import AccessLog, User
from recompra.customers.columns import DATA
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.roll import people_in
from recompra.privacy.blocks.hold import block
from recompra.privacy.consents.ledger import grant
from recompra.privacy.permission import reasons
from recompra.segments import members
from recompra.segments.found import listing
from recompra.segments.found.listing import batches
from recompra.segments.found.question import EVERYBODY, Question, behind, of_rule, of_segment
from recompra.segments.models import Segment
from recompra.segments.rule.people import ALL
from recompra.segments.rule.read import read
from recompra.warehouse.engine import engine
from tests import twelve_orders
from tests.cast import Cast, customer
from tests.segments.stage import publish_people

ClientFor = Callable[[User], Client]
WOMEN = {"match": "all", "rules": [{"field": "sex", "op": "one_of", "value": ["F"]}]}
KEYS = ("1001", "1002", "1003", "1004")


@pytest.fixture
def people(shop: Cast) -> Cast:
    publish_people()
    return shop


@pytest.fixture
def crowd(shop: Cast) -> list[str]:
    """Sixty people more, some of one name, none with a purchase; everybody's names."""
    for number in range(60):
        customer(
            2_000 + number,
            f"Pessoa {number // 2:02d}",
            f"{number:011d}",
            f"4190000{number:04d}",
            f"p{number}@example.com",
        )
    publish_people()
    return list(Customer.objects.order_by("name_key", "pk").values_list("name", flat=True))


def walked(client: Client, sort: str) -> list[str]:
    """Every name of the list, following its own links."""
    address, seen = f"{reverse('segments:found')}?ordem={sort}", []
    while address:
        answer = client.get(address)
        assert not any(key in address for key in KEYS), "a key of the facts in an address"
        seen += [line.title for line in answer.context["lines"]]
        address = answer.context["more"]
    return seen


@pytest.mark.parametrize("few", [5_000, 0])
def test_every_order_walks_through_everybody_once(
    shop: Cast, crowd: list[str], client_for: ClientFor, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    client = client_for(shop.otavio)
    assert walked(client, "nome") == crowd
    spent = walked(client, "gasto")
    assert spent[:4] == ["Bruno Álvares Lima", "Davi Peixoto", "Ana Beatriz Souza", "Carla Nogueira"]
    latest = walked(client, "recente")
    assert latest[:4] == ["Davi Peixoto", "Ana Beatriz Souza", "Carla Nogueira", "Bruno Álvares Lima"]
    assert Counter(spent) == Counter(latest) == Counter(crowd)


def test_a_page_asks_few_questions_however_long_the_list(
    shop: Cast, crowd: list[str], client_for: ClientFor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(shop.aline)
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("segments:found")).context["lines"]) == 25


def test_a_cursor_of_nobody_or_of_elsewhere_gives_the_first_page(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.lucia)
    first = [line.title for line in client.get(reverse("segments:found")).context["lines"]]
    for word in ("x", str(people.davi.public_id), "00000000-0000-0000-0000-000000000000"):
        answer = client.get(reverse("segments:found"), {"apos": word})
        assert [line.title for line in answer.context["lines"]] == first


def test_a_question_is_signed(people: Cast, client_for: ClientFor) -> None:
    client, token = client_for(people.otavio), of_rule(read(WOMEN)).token()
    answer = client.get(reverse("segments:found"), {"grupo": token})
    assert {line.title for line in answer.context["lines"]} == {"Ana Beatriz Souza", "Carla Nogueira"}
    for wrong in (token[:-1], "x", Question("nothing", {}).token()):
        assert client.get(reverse("segments:found"), {"grupo": wrong}).status_code == 404


def test_a_saved_segment_is_a_question_too(people: Cast, client_for: ClientFor) -> None:
    saved = Segment.objects.create(name="Mulheres", rule=WOMEN)
    answer = client_for(people.otavio).get(reverse("segments:found"), {"grupo": of_segment(saved).token()})
    assert answer.context["many"] == 2
    assert answer.context["found_title"] == "Mulheres"


# who sees what --------------------------------------------------------------------------------


def test_a_seller_sees_masks_and_reveals_with_a_trace(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.lucia)
    shown = client.get(reverse("segments:found")).content.decode()
    assert "•••.982.247-••" in shown
    assert "ana@example.com" not in shown
    assert not AccessLog.objects.filter(action__endswith="_list").exists()
    revealed = client.post(reverse("segments:found_reveal"), {"ordem": "gasto"}).content.decode()
    assert "ana@example.com" in revealed
    assert "davi@example.com" not in revealed, "of the other store"
    entry = AccessLog.objects.get(action="reveal_list")
    assert (entry.staff, entry.count) == (people.lucia, 3)
    assert {"cpf", "email", "mobile", "birth_date"} <= set(entry.fields)
    assert people_in(entry) == {people.ana.pk, people.bruno.pk, people.carla.pk}


def test_an_analyst_may_not_reveal(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.aline)
    assert "Mostrar os dados" not in client.get(reverse("segments:found")).content.decode()
    assert client.post(reverse("segments:found_reveal")).status_code == 403


def test_who_sees_without_masks_leaves_a_trace(people: Cast, client_for: ClientFor) -> None:
    client_for(people.otavio).get(reverse("segments:found"))
    assert AccessLog.objects.get(action="view_list").count == 4


def test_columns_are_kept_per_colleague(people: Cast, client_for: ClientFor) -> None:
    mine, other = client_for(people.marta), client_for(people.aline)
    mine.post(reverse("segments:found_columns"), {"coluna": ["city", "store", "nonsense"]})
    for client, titles in ((mine, ["Nome", "Cidade", "Loja preferida"]), (other, None)):
        headings = [str(one.title) for one in client.get(reverse("segments:found")).context["headings"]]
        assert headings == titles if titles else len(headings) == 8
    ana = next(
        line for line in mine.get(reverse("segments:found")).context["lines"] if line.title.startswith("Ana")
    )
    assert [told for _column, told in ana.cells] == ["Curitiba", "Loja Centro"]
    assert not AccessLog.objects.filter(action="view_list").exists(), "nothing masked is shown"


def test_somebody_is_looked_for_among_them_by_post(people: Cast, client_for: ClientFor) -> None:
    client, token = client_for(people.otavio), of_rule(read(WOMEN)).token()
    found = client.post(reverse("segments:found_search"), {"grupo": token, "busca": "529.982.247-25"})
    assert [line.title for line in found.context["lines"]] == ["Ana Beatriz Souza"]
    nobody = client.post(reverse("segments:found_search"), {"grupo": token, "busca": "bruno"})
    assert "Ninguém entre" in nobody.content.decode()


def test_the_link_to_more_holds_no_person(shop: Cast, crowd: list[str], client_for: ClientFor) -> None:
    more = client_for(shop.otavio).get(reverse("segments:found")).context["more"]
    asked = parse_qs(urlsplit(more).query)
    assert set(asked) == {"grupo", "ordem", "apos"}
    assert Customer.objects.filter(public_id=asked["apos"][0]).exists()
    assert not re.search(r"example|Pessoa|\d{11}", more)


# the gate --------------------------------------------------------------------------------


def rows() -> list[dict[str, object]]:
    found: list[dict[str, object]] = engine(settings.WAREHOUSE_URL).rows(ALL["people"].select("customer_key"))
    return found


def everybody() -> Iterator[pa.RecordBatch]:
    return batches(ALL["people"], (), "gasto")


def through(*channels: str, agreed: bool = False) -> tuple[dict[str, dict[str, str]], Counter[str]]:
    left_out: Counter[str] = Counter()
    found = members.reachable(everybody(), None, channels, left_out, agreed=agreed)
    people = (who for crowd in found for who in crowd.members())
    return {who.name.split()[0]: dict(who.points) for who in people}, left_out


def test_a_campaign_s_list_holds_who_may_be_reached_now(people: Cast, today: dt.date) -> None:
    found, left_out = through("email")
    assert found == {
        "Ana": {"email": "ana@example.com"},
        "Bruno": {"email": "bruno@example.com"},
        "Davi": {"email": "davi@example.com"},
    }
    assert left_out == {"refused": 1}
    block(people.bruno.cpf or "", ["campaigns"], "pediu")
    ContactPoint.objects.filter(customer=people.davi, kind="email").update(use="service")
    Customer.objects.filter(pk=people.ana.pk).update(birth_date=today - dt.timedelta(days=3_650))
    found, left_out = through("email")
    assert found == {}
    assert left_out == {"refused": 1, "blocked": 1, "unreachable": 1, "minor": 1}
    assert reasons(Customer.objects.values_list("pk", flat=True), "campaign", "email") == dict(left_out)


def test_who_gives_data_away_needs_a_yes(people: Cast) -> None:
    found, left_out = through("email", "whatsapp", agreed=True)
    assert found == {"Ana": {"email": "ana@example.com", "mobile": "5541987654321"}}
    assert left_out == {"refused": 1, "not_agreed": 2}
    grant(people.davi, "marketing", "whatsapp", source="balcão")
    found, _left_out = through("email", "whatsapp", agreed=True)
    assert found["Davi"] == {"mobile": "5571954321098"}


def test_the_gate_asks_for_the_stores_itself(people: Cast) -> None:
    mine = frozenset((people.centro.pk,))
    found = {who.name.split()[0] for who, _row in members.analysed(rows(), mine)}
    assert found == {"Ana", "Bruno", "Carla"}
    (crowd,) = members.crowds(everybody(), mine, DATA)
    assert {who.name.split()[0] for who in crowd.members()} == found


def test_nobody_comes_out_who_is_no_longer_a_person(people: Cast) -> None:
    CustomerKey.objects.filter(customer=people.ana).delete()
    Customer.objects.filter(pk=people.bruno.pk).update(merged_into=people.carla)
    Customer.objects.filter(pk=people.davi.pk).update(apart="shared")
    assert [who.name for who, _row in members.analysed(rows(), None)] == ["Carla Nogueira"]
    (crowd,) = members.crowds(everybody(), None, DATA)
    assert [who.name for who in crowd.members()] == ["Carla Nogueira"]


def test_the_facts_are_asked_for_the_own_stores_only(people: Cast, today: dt.date) -> None:
    answer = behind(of_rule(EVERYBODY), today, frozenset((people.centro.pk,)))
    keys = {
        row["customer_key"]
        for row in engine(settings.WAREHOUSE_URL).rows(answer.people.select("customer_key"))
    }
    assert keys == {twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.CARLA}
