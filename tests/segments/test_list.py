"""The list of segments and one segment's page: found, sorted, paged, taken away, put away, brought in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recompra.accounts.models import AccessLog, User
from recompra.segments.builder import draft
from recompra.segments.models import Segment, SegmentDraft, SegmentRefresh, SegmentSize
from recompra.segments.rule.read import read
from recompra.segments.rule.write import as_json
from recompra.work.drain import drain
from tests.cast import Cast

WOMEN = {"rules": [{"field": "sex", "op": "one_of", "value": ["F"]}]}
ONLINE = {"rules": [{"did": "bought", "channel": "online"}]}


def made(name: str, rule: Any = WOMEN, **fields: Any) -> Segment:
    return Segment.objects.create(name=name, rule=as_json(read(rule)), **fields)


@pytest.fixture
def counted(shop: Cast) -> Cast:
    """Two segments, of which everybody was found."""
    made("Mulheres", folder="Perfil")
    made("Pela internet", ONLINE, description="quem já comprou no site")
    SegmentRefresh.objects.create(reason="test", is_full=True)
    drain(SegmentRefresh)
    return shop


def shown(client: Client, **asked: str) -> list[str]:
    answer = client.get(reverse("segments:list"), asked)
    assert answer.status_code == 200
    return [line.segment.name for line, _spark in answer.context["lines"]]


def test_the_list_is_searched_filtered_and_sorted(
    counted: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(counted.otavio)
    made("Pronto", ready_code="x", folder="Prontos")
    assert shown(client) == ["Pela internet", "Mulheres", "Pronto"]
    assert shown(client, q="site") == ["Pela internet"]
    assert shown(client, pasta="Perfil") == ["Mulheres"]
    assert shown(client, tipo="prontos") == ["Pronto"]
    assert shown(client, tipo="proprios", ordem="pessoas") == ["Pela internet", "Mulheres"]
    assert shown(client, q="nada disso") == []
    assert "Nada encontrado" in client.get(reverse("segments:list"), {"q": "nada"}).content.decode()


def test_its_figures_are_those_of_the_last_refresh(
    counted: Cast, client_for: Callable[[User], Client]
) -> None:
    lines = client_for(counted.otavio).get(reverse("segments:list")).context["lines"]
    figures = {line.segment.name: line.figures for line, _spark in lines}
    assert (figures["Mulheres"].people, figures["Mulheres"].value) == (2, Decimal("789.90"))
    assert (figures["Pela internet"].people, figures["Pela internet"].value) == (3, Decimal("3420.00"))


def test_who_sees_one_store_sees_its_figures_and_no_history(
    counted: Cast, client_for: Callable[[User], Client]
) -> None:
    segment = Segment.objects.get(name="Pela internet")
    for days, people in ((8, 777), (0, 3)):
        day = timezone.localdate() - dt.timedelta(days=days)
        SegmentSize.objects.update_or_create(
            segment=segment, day=day, defaults={"people": people, "value": 0}
        )
    counted.marta.stores.set([counted.centro])
    marta = client_for(counted.marta)
    page = marta.get(reverse("segments:list"), {"ordem": "pessoas"})
    people = {line.segment.name: line.figures.people for line, _spark in page.context["lines"]}
    seen = people_of_centro(counted)
    assert people == {"Mulheres": len(seen & {"Ana", "Carla"}), "Pela internet": len(seen & {"Ana", "Bruno"})}
    assert page.context["filters"].sort == "nome"
    told = marta.get(reverse("segments:segment", args=[segment.public_id])).content.decode()
    assert "777" not in told
    assert "Davi Peixoto" not in told
    owner = client_for(counted.otavio)
    assert "777" in owner.get(reverse("segments:segment", args=[segment.public_id])).content.decode()
    lines = owner.get(reverse("segments:list")).context["lines"]
    assert {line.segment.name: line.change for line, _spark in lines}["Pela internet"] == 3 - 777


def people_of_centro(cast: Cast) -> set[str]:
    """Who prefers Centro, by their standings."""
    people = (cast.ana, cast.bruno, cast.carla, cast.davi)
    return {
        one.name.split()[0]
        for one in people
        if type(one).objects.get(pk=one.pk).standing.store_id == cast.centro.pk
    }


@pytest.mark.parametrize("order", ["nome", "recentes", "pessoas"])
def test_every_segment_is_on_exactly_one_page(
    shop: Cast, client_for: Callable[[User], Client], order: str
) -> None:
    for number in range(60):
        size = None if number % 7 == 0 else number % 3
        made(f"Segmento {number:02d}", folder="AB"[number % 2], people=size)
    client, seen, address = client_for(shop.otavio), [], f"{reverse('segments:list')}?ordem={order}"
    while address:
        answer = client.get(address)
        seen += [line.segment.name for line, _spark in answer.context["lines"]]
        address = answer.context["more"]
    assert len(seen) == 60
    assert len(set(seen)) == 60


def test_the_list_goes_out_as_a_file_with_its_reason_in_the_log(
    counted: Cast, client_for: Callable[[User], Client]
) -> None:
    made("=HYPERLINK(1)")
    client = client_for(counted.aline)
    answer = client.post(reverse("segments:export_list"), {"formato": "csv", "motivo": "reunião"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Mulheres;Perfil;;Mulheres;2;789,90;" in text
    assert "'=HYPERLINK(1)" in text
    entry = AccessLog.objects.get(action="export_segments")
    assert (entry.staff, entry.count, entry.reason) == (counted.aline, 3, "reunião")
    assert client.post(reverse("segments:export_list"), {"formato": "csv"}).status_code == 422
    assert client_for(counted.saulo).get(reverse("segments:export_list")).status_code == 403


def test_a_segment_is_archived_and_comes_back(counted: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(counted.marta)
    segment = Segment.objects.get(name="Mulheres")
    answer = client.post(reverse("segments:archive", args=[segment.public_id]), follow=True)
    assert "Trazer de volta" in answer.content.decode()
    assert shown(client) == ["Pela internet"]
    assert shown(client, arquivados="1") == ["Mulheres"]
    made("Mulheres", folder="Perfil")  # meanwhile the name was given anew
    refused = client.post(reverse("segments:bring_back", args=[segment.public_id]))
    assert refused.status_code == 422
    assert "Já existe um segmento com este nome" in refused.content.decode()
    Segment.objects.exclude(pk=segment.pk).filter(name="Mulheres").delete()
    client.post(reverse("segments:bring_back", args=[segment.public_id]))
    assert shown(client) == ["Pela internet", "Mulheres"]


def test_a_segment_moves_to_a_folder(counted: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(counted.marta)
    segment = Segment.objects.get(name="Mulheres")
    at = reverse("segments:move", args=[segment.public_id])
    client.post(at, {"pasta": "Datas"})
    assert shown(client, pasta="Datas") == ["Mulheres"]
    assert client.post(at, {"pasta": "x" * 61}).status_code == 422


def test_a_copy_opens_in_the_builder_unsaved(counted: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(counted.marta)
    segment = Segment.objects.get(name="Mulheres")
    page = client.post(reverse("segments:copy", args=[segment.public_id]), follow=True)
    assert page.request["PATH_INFO"] == reverse("segments:new")
    assert draft.read(SegmentDraft.objects.get(owner=counted.marta).content).name == "Mulheres (cópia)"
    assert Segment.objects.count() == 2


def test_json_goes_out_and_comes_in_the_same(counted: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(counted.marta)
    segment = Segment.objects.get(name="Pela internet")
    answer = client.get(reverse("segments:json", args=[segment.public_id]))
    assert answer["Content-Disposition"] == 'attachment; filename="pela-internet.json"'
    file = SimpleUploadedFile("regra.json", answer.content)
    client.post(reverse("segments:bring_in"), {"arquivo": file})
    kept = draft.read(SegmentDraft.objects.get(owner=counted.marta).content)
    assert kept.name == "Pela internet"
    client.post(reverse("segments:bring_in"), {"texto": json.dumps(segment.rule)})
    page = client.get(reverse("segments:new"))
    assert page.context["understood"].rule == read(segment.rule)


def deep(levels: int) -> Any:
    rule: Any = {"rules": [{"field": "has_email", "op": "yes"}]}
    for _level in range(levels):
        rule = {"rules": [rule]}
    return rule


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Cole o JSON de uma regra"),
        ("{", "Isto não é JSON: linha 1"),
        ("[1]", "Uma regra é um objeto JSON"),
        ("[" * 100_000, "Isto não é"),
        ('{"name": "\\ud800", "rule": {"rules": []}}', "Isto não é um JSON que se possa ler"),
        ('{"name": "a\\u0000b", "rule": {"rules": []}}', "Isto não é um JSON que se possa ler"),
        ('{"version": 9}', "só a versão 1 é conhecida"),
        ('{"rules": [{"field": "gone", "op": "is"}]}', "Condição 1: o campo “gone” não existe mais"),
        ('{"rules": [{"rules": []}]}', "Condição 1: o grupo está vazio"),
        ('{"rules": [{"field": "ltv", "op": "at_least", "value": "muito"}]}', "“muito” não é um número"),
        ('{"rules": [{"did": "bought", "period": {"from": "2026-02-01", "to": "2026-01-01"}}]}',
         "o período termina antes de começar"),
        (json.dumps(deep(50)), "até 8 níveis"),
        (json.dumps({"rules": [{"field": "has_email", "op": "yes"}] * 1000}), "até 200 condições"),
    ],
)  # fmt: skip
def test_json_that_is_no_rule_is_told_why(
    shop: Cast, client_for: Callable[[User], Client], text: str, told: str
) -> None:
    answer = client_for(shop.marta).post(reverse("segments:bring_in"), {"texto": text})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not SegmentDraft.objects.exists()


def test_a_rule_whose_field_is_gone_still_has_its_page(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    broken = Segment.objects.create(
        name="Antigo", rule={"rules": [{"field": "gone", "op": "is", "value": 1}]}
    )
    client = client_for(shop.marta)
    page = client.get(reverse("segments:segment", args=[broken.public_id])).content.decode()
    assert "o campo “gone” não existe mais" in page
    edited = client.get(reverse("segments:edit", args=[broken.public_id])).content.decode()
    assert "Um campo que não existe mais: gone" in edited
    assert client.get(reverse("segments:why_search", args=[broken.public_id])).status_code in (200, 422)


def test_who_came_and_went_is_told_with_the_reason(
    counted: Cast, client_for: Callable[[User], Client]
) -> None:
    counted.bruno.sex = "F"
    counted.bruno.save()
    SegmentRefresh.objects.create(reason="test", is_full=True)
    drain(SegmentRefresh)
    segment = Segment.objects.get(name="Mulheres")
    page = client_for(counted.marta).get(reverse("segments:segment", args=[segment.public_id]))
    assert [(move.person.name, move.entered) for move in page.context["moves"]] == [
        ("Bruno Álvares Lima", True)
    ]
