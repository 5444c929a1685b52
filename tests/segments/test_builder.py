"""The builder without a browser: what its buttons do, what it counts, what it keeps, what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings

from recompra.accounts.models import User
from recompra.segments.builder import draft
from recompra.segments.builder.conditions import as_tree, understand
from recompra.segments.models import Segment, SegmentDraft, SegmentRefresh
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from tests.cast import Cast
from tests.segments.stage import publish_people
from tests.segments.strategies import rules

NEW = "segments:new"


@pytest.fixture
def people(shop: Cast, tmp_path: Path) -> Cast:
    """The shop, with its people published for segments."""
    publish_people(tmp_path)
    return shop


def flat(node: Any, parent: int = 0) -> list[tuple[str, str]]:
    """What the browser would send of a tree."""
    sent = [("node", f"{node.id}.{parent}.{node.kind}")]
    sent += [(f"n{node.id}.{name}", value) for name, values in node.inputs.items() for value in values]
    for rule in node.rules:
        sent += flat(rule, node.id)
    return sent


def send(client: Client, user: User, act: str, at: str = "", htmx: str = "", **more: Any) -> Any:
    """Press a button of the builder, the form being as the draft has it; `more`: inputs typed meanwhile."""
    at = at or reverse(NEW)
    row = SegmentDraft.objects.filter(owner=user).order_by("-updated_at").first()
    now = draft.read((row or draft.opened(user, None)).content)
    sent: dict[str, Any] = {}
    for name, value in flat(now.tree):
        sent.setdefault(name, []).append(value)
    sent |= {"nome": now.name, "pasta": now.folder, "descricao": now.description, "act": act}
    sent |= {name.replace("__", "."): value for name, value in more.items()}
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    return client.post(at, sent, headers=headers)


def count_of(answer: Any) -> int:
    found = re.search(r'class="big">([\d.]+)<', answer.content.decode())
    assert found is not None
    return int(found[1].replace(".", ""))


def test_marta_builds_a_group_and_sees_how_many_they_are(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(people.marta)
    page = client.get(reverse(NEW))
    assert page.status_code == 200
    assert count_of(page) == 4
    send(client, people.marta, "add:1:field:ltv")
    answer = send(client, people.marta, "", htmx="resultado", n2__a="700")
    assert count_of(answer) == 3  # Ana 740, Bruno 1,900, Davi 780
    assert "R$\xa0700,00" in answer.content.decode()


def tree_of(user: User) -> Any:
    row = SegmentDraft.objects.get(owner=user)
    return draft.read(row.content).tree


def begun(user: User, *rules: Any, match: str = "all", name: str = "") -> None:
    """A new segment of this person, with these rules."""
    draft.start(user, as_json(read({"match": match, "rules": list(rules)})), name=name)


BOUGHT = {"did": "bought", "measure": "orders", "op": "at_least", "value": 1}
SPENT = {"field": "ltv", "op": "at_least", "value": 700}
WOMEN = {"field": "sex", "op": "one_of", "value": ["F"]}


def test_what_is_not_complete_is_said_beside_it_and_the_count_uses_the_rest(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(people.marta)
    begun(people.marta, WOMEN)
    answer = send(client, people.marta, "add:1:field:ltv", htmx="regra")
    assert "Condição 2: falta um número." in answer.content.decode()
    assert "1 condição não está completa: a contagem a deixa de fora." in answer.content.decode()
    assert count_of(answer) == 2  # Ana and Carla


def test_conditions_move_into_and_out_of_a_group_and_keep_what_was_typed(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(people.marta)
    begun(people.marta, SPENT, {"match": "any", "rules": [WOMEN]}, BOUGHT)
    for act, wanted in (
        ("in:2", [3, [2, 4], 5]),
        ("up:2", [3, [2, 4], 5]),  # it is the first one
        ("down:2", [3, [4, 2], 5]),
        ("out:2", [3, [4], 2, 5]),
        ("down:2", [3, [4], 5, 2]),
        ("down:2", [3, [4], 5, 2]),  # it is the last one
        ("remove:4", [3, [], 5, 2]),
        ("remove:3", [5, 2]),
    ):
        send(client, people.marta, act)
        assert shape(tree_of(people.marta)) == wanted, act
    assert tree_of(people.marta).rules[1].first("a") == "700"


def shape(group: Any) -> list[Any]:
    found: list[Any] = []
    for rule in group.rules:
        found.append(rule.id)
        if rule.kind == "group":
            found.append(shape(rule))
    return found


def test_what_was_taken_away_comes_back(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    begun(people.marta, SPENT, WOMEN)
    send(client, people.marta, "remove:2")
    assert shape(tree_of(people.marta)) == [3]
    send(client, people.marta, "undo")
    assert shape(tree_of(people.marta)) == [2, 3]


def test_a_rule_goes_into_the_form_and_comes_out_the_same() -> None:
    rule = {
        "match": "none",
        "rules": [
            {"field": "birth_day", "op": "between", "value": ["12-20", "01-06"]},
            {"field": "age_band", "op": "between", "value": [25, 34]},
            {"field": "last_on", "op": "within", "value": {"days_ago": [120, None]}},
            {"field": "aov", "op": "between", "value": ["12.50", 80]},
            {"field": "store_key", "op": "none_of", "value": [1, 2]},
            {"field": "loyalty_tier", "op": "one_of", "value": ["Ouro; novo", "Prata|A"]},
            {"match": "any", "rules": [
                {**BOUGHT, "what": {"group": ["Casa"], "tecido": ["lã"]}, "stores": [2], "channel": "online",
                 "period": {"month": -1}},
            ]},
            {"first": {**BOUGHT, "period": {"from": "2026-01-01", "to": "2026-01-31"}},
             "then": {**BOUGHT, "measure": "value", "op": "between", "value": [1, 2]},
             "within_days": 30, "never": True},
            {"did": "returned", "measure": "orders", "op": "never"},
        ],
    }  # fmt: skip
    asked = read(rule)
    assert understand(as_tree(as_json(asked))).rule == asked


@settings(max_examples=60, deadline=None)
@given(told=rules)
def test_any_rule_goes_into_the_form_and_comes_out_the_same(told: Any) -> None:
    rule = read(told)
    found = understand(as_tree(as_json(rule)))
    assert found.wrong == {}
    assert as_json(found.rule) == without_idle_measures(as_json(rule))


def without_idle_measures(told: Any) -> Any:
    """What is measured does not matter where nothing was bought."""
    if isinstance(told, list):
        return [without_idle_measures(one) for one in told]
    if not isinstance(told, dict):
        return told
    found = {name: without_idle_measures(value) for name, value in told.items()}
    return found | {"measure": "orders"} if found.get("op") == "never" else found


def test_who_sees_one_store_counts_its_people_and_its_sales_alone(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    people.marta.stores.set([people.centro])
    client = client_for(people.marta)
    page = client.get(reverse(NEW))
    told = page.content.decode()
    assert "Davi Peixoto" not in told  # he buys online
    assert "Ana Beatriz Souza" in told
    begun(people.marta, {**BOUGHT, "stores": [people.online.pk]})
    assert count_of(client.get(reverse(NEW))) == 0
    choices = send(client, people.marta, "add:1:field:store_key", htmx="regra").content.decode()
    assert re.findall(r'name="n3\.v" value="(\d+)"', choices) == [str(people.centro.pk)]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"nome": "x" * 500}, "no máximo 80"),
        ({"nome": ""}, "obrigatório"),
        ({"nome": "Bom", "pasta": "p" * 61}, "no máximo 60"),
        ({"nome": "Gastam bem"}, "Já existe um segmento com este nome"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused_and_nothing_is_lost(
    people: Cast, client_for: Callable[[User], Client], inputs: dict[str, str], told: str
) -> None:
    Segment.objects.create(name="Gastam bem", rule=as_json(read({"rules": []})))
    client = client_for(people.marta)
    begun(people.marta, SPENT)
    answer = send(client, people.marta, "save", htmx="regra", **inputs)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Segment.objects.count() == 1
    assert draft.read(SegmentDraft.objects.get(owner=people.marta).content).name == inputs["nome"]


def test_an_incomplete_rule_is_not_saved(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    begun(people.marta, SPENT, name="Quase")
    send(client, people.marta, "add:1:group")
    answer = send(client, people.marta, "save", htmx="regra")
    assert answer.status_code == 422
    assert "O grupo está vazio" in answer.content.decode()
    assert not Segment.objects.filter(name="Quase").exists()


def test_a_saved_segment_waits_to_be_counted(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    begun(people.marta, SPENT, name="Gastam bem")
    answer = send(client, people.marta, "save")
    made = Segment.objects.get(name="Gastam bem")
    assert answer.url == reverse("segments:segment", args=[made.public_id])
    assert made.created_by == people.marta
    assert SegmentRefresh.objects.filter(reason="rule", status="waiting").exists()
    assert not SegmentDraft.objects.filter(owner=people.marta).exists()


def test_what_a_stranger_sends_is_refused(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    for nodes in (
        [],
        ["1.0.group", "2.9.field"],
        ["1.0.field"],
        ["1.0.group", "2.1.field", "3.2.field"],
        ["1.0.group", "1.1.group"],
        ["1.0.group", "2.1.nothing"],
        ["x"],
        ["1.0.group", *(f"{n}.1.field" for n in range(2, 500))],
        ["1.0.group", *(f"{n}.{n - 1}.group" for n in range(2, 60))],
    ):
        answer = client.post(reverse(NEW), {"node": nodes})
        assert answer.status_code == 422, nodes[:3]
        assert "Não foi possível ler este formulário" in answer.content.decode()


def test_a_tree_too_deep_is_told_in_a_sentence(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    nodes = ["1.0.group", *(f"{n}.{n - 1}.group" for n in range(2, 11)), "11.10.field"]
    answer = client.post(
        reverse(NEW),
        {"node": nodes, "n11.field": "has_email", "n11.op": "yes", "act": "save", "nome": "Fundo"},
        headers={"HX-Request": "true", "HX-Target": "regra"},
    )
    assert answer.status_code == 422
    assert "até 8 níveis" in answer.content.decode()


def test_a_colleague_s_change_is_told_before_it_is_overwritten(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    saved = Segment.objects.create(name="Gastam bem", rule=as_json(read({"rules": [SPENT]})))
    at = reverse("segments:edit", args=[saved.public_id])
    marta, otavio = client_for(people.marta), client_for(people.otavio)
    marta.get(at)
    otavio.get(at)
    send(marta, people.marta, "save", at, n2__a="800")
    answer = send(otavio, people.otavio, "save", at, "regra", nome="Outro nome")
    assert answer.status_code == 422
    assert "Marta salvou este segmento" in answer.content.decode()
    assert "Mudou: as condições." in answer.content.decode()
    saved.refresh_from_db()
    assert (saved.name, saved.version, saved.rule["rules"][0]["value"]) == ("Gastam bem", 2, 800)
    assert "depois que você começou" in otavio.get(at).content.decode()
    send(otavio, people.otavio, "save_over", at, nome="Outro nome")
    saved.refresh_from_db()
    assert (saved.name, saved.version, saved.rule["rules"][0]["value"]) == ("Outro nome", 3, 700)


def test_a_draft_without_changes_follows_the_segment(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    saved = Segment.objects.create(name="Gastam bem", rule=as_json(read({"rules": [SPENT]})))
    at = reverse("segments:edit", args=[saved.public_id])
    marta, otavio = client_for(people.marta), client_for(people.otavio)
    otavio.get(at)
    marta.get(at)
    send(marta, people.marta, "save", at, n2__a="800")
    page = otavio.get(at).content.decode()
    assert 'value="800"' in page
    assert "depois que você começou" not in page


def test_why_says_each_condition_s_truth_with_its_values(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(people.marta)
    begun(people.marta, SPENT, {"match": "any", "rules": [WOMEN]})
    address = reverse("segments:why", args=["novo", people.bruno.public_id])
    page = client.get(address, headers={"HX-Request": "true", "HX-Target": "por-que"}).content.decode()
    assert "Por que Bruno Álvares Lima não está aqui" in page
    assert "R$\xa01.900,00" in page
    assert "masculino" in page
    assert page.count("não é verdade") == 2  # the group, and the condition in it
    found = client.post(reverse("segments:why_search", args=["novo"]), {"busca": "Ana"}).content.decode()
    assert reverse("segments:why", args=["novo", people.ana.public_id]) in found


def test_why_keeps_silent_about_another_store_s_customer(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    people.marta.stores.set([people.centro])
    client = client_for(people.marta)
    assert client.get(reverse("segments:why", args=["novo", people.davi.public_id])).status_code == 404
    found = client.post(reverse("segments:why_search", args=["novo"]), {"busca": "Davi"}).content.decode()
    assert "Davi Peixoto" not in found


def test_the_words_of_the_shop_are_suggested(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    at = reverse("segments:suggested")
    assert "Aurora" in client.get(at, {"de": "what:brand"}).content.decode()
    code = client.get(at, {"de": "what:product", "n2.what.0.v.new": "bolsa"}).content.decode()
    assert 'value="BOL-01"' in code
    assert "CAM-01" not in code
    for asked in ("", "what:", "field:ltv", "field:nothing", "people:name", "what:" + "x" * 200):
        assert "option" not in client.get(at, {"de": asked}).content.decode()


def test_who_only_sees_customers_builds_nothing(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.saulo)
    assert client.get(reverse("segments:list")).status_code == 200
    assert client.get(reverse(NEW)).status_code == 403
    assert reverse(NEW) not in client.get(reverse("segments:list")).content.decode()


def test_a_rule_of_200_conditions_fits_into_the_form(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(people.marta)
    begun(people.marta, *[{**BOUGHT, "what": {"brand": ["Aurora"]}, "stores": [1]}] * 200)
    answer = send(client, people.marta, "", htmx="resultado")
    assert answer.status_code == 200
    assert count_of(answer) == 1
    answer = send(client, people.marta, "add:1:field:has_email", htmx="resultado")
    assert "Uma regra pode ter até 200 condições" in answer.content.decode()


def test_zero_characters_go_nowhere(people: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(people.marta)
    begun(people.marta, SPENT)
    answer = send(client, people.marta, "", htmx="resultado", nome="a\0b", n2__a="7\x0000")
    assert count_of(answer) == 3
    assert client.get(reverse("segments:suggested"), {"de": "what:brand\0", "q": "\0"}).status_code == 200
