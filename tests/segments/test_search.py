"""The page Pesquisa: its mistakes, its address, and its way on to a segment or the builder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from recompra.accounts.models import User
from recompra.segments.models import Segment, SegmentDraft
from recompra.segments.rule.read import read
from recompra.segments.search.filters import FIELDS, DayOfYearField, MonthField
from recompra.segments.search.form import SearchForm
from tests.cast import Cast
from tests.segments.stage import publish_people

ClientFor = Callable[[User], Client]
PAGE = "/segmentos/pesquisa/"


@pytest.fixture
def people(shop: Cast) -> Cast:
    publish_people()
    return shop


WRONG = {
    "novo_ate": ({"novo_de": "2026-10-31", "novo_ate": "2026-10-01"}, "O período termina antes de começar."),
    "ultima_ate": ({"ultima_de": "2026-10-31", "ultima_ate": "2026-10-01"}, "termina antes de começar"),
    "aniv_de": ({"aniv_de": "31/02", "aniv_ate": "01/03"}, "25/12"),
    "aniv_ate": ({"aniv_de": "20/12"}, "Informe os dois dias"),
    "mes_b": ({"mes_a": "2026-10", "mes_b": "10/2026"}, "Escolha"),
    "mes_a": ({"mes_a": "outubro"}, "Escreva"),
    "sem_comprar_ate": ({"sem_comprar_de": "90", "sem_comprar_ate": "30"}, "menos"),
    "idade_ate": ({"idade_de": "40", "idade_ate": "29"}, "menor"),
    "novo_de": ({"novo_por": "compra"}, "Informe"),
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_a_mistake_stands_beside_its_field_and_the_rest_is_counted(
    people: Cast, client_for: ClientFor, field: str
) -> None:
    asked, sentence = WRONG[field]
    answer = client_for(people.otavio).get(PAGE, {**asked, "sexo": "F"})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {field}
    assert sentence in form.errors[field][0]
    assert answer.context["count"].people == 2
    assert f'id="id_{field}_error">{form.errors[field][0]}' in answer.content.decode()


def test_the_fragment_brings_the_messages_of_all_fields_along(people: Cast, client_for: ClientFor) -> None:
    headers = {"HX-Request": "true", "HX-Target": "encontrados"}
    client = client_for(people.otavio)
    wrong = client.get(PAGE, {"aniv_de": "20/12"}, headers=headers).content.decode()
    assert wrong.lstrip().startswith('<div id="encontrados"')
    assert 'id="id_aniv_ate_error" hx-swap-oob="true">Informe' in wrong
    right = client.get(PAGE, {"aniv_de": "20/12", "aniv_ate": "31/12"}, headers=headers).content.decode()
    assert 'id="id_aniv_ate_error" hx-swap-oob="true"></p>' in right
    assert "Davi Peixoto" in right
    assert "Ana Beatriz" not in right


def test_days_without_buying_may_be_none(people: Cast, client_for: ClientFor) -> None:
    """Zero is a number, not an empty field."""
    client = client_for(people.otavio)
    assert client.get(PAGE, {"sem_comprar_ate": "0"}).context["count"].people == 0
    assert client.get(PAGE, {"sem_comprar_ate": "5"}).context["count"].people == 1


def test_a_search_is_kept_as_a_segment(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.marta)
    answer = client.post(f"{PAGE}salvar/?sexo=F", {"nome": "Mulheres", "pasta": "Testes"})
    made = Segment.objects.get(name="Mulheres")
    assert answer.headers["Location"] == reverse("segments:segment", args=[made.public_id])
    assert (made.folder, made.created_by) == ("Testes", people.marta)
    assert made.rule["rules"] == [{"field": "sex", "op": "one_of", "value": ["F"]}]
    again = client.post(f"{PAGE}salvar/?sexo=M", {"nome": "Mulheres", "pasta": "Testes"})
    assert again.status_code == 422
    assert "Já existe um segmento com este nome" in again.content.decode()
    long = client.post(f"{PAGE}salvar/?sexo=M", {"nome": "x" * 500})
    assert long.status_code == 422
    assert Segment.objects.filter(rule=made.rule).count() == 1


def test_who_may_not_make_segments_searches_all_the_same(people: Cast, client_for: ClientFor) -> None:
    client = client_for(people.lucia)
    answer = client.get(PAGE, {"sexo": "F"})
    assert answer.status_code == 200
    assert "Salvar como segmento" not in answer.content.decode()
    assert client.post(f"{PAGE}salvar/?sexo=F", {"nome": "x"}).status_code == 403


def test_a_search_goes_on_in_the_builder(people: Cast, client_for: ClientFor) -> None:
    answer = client_for(people.marta).post(f"{PAGE}construtor/?sexo=F&com_compras=on")
    assert answer.headers["Location"] == reverse("segments:new")
    assert SegmentDraft.objects.get(owner=people.marta).segment is None
    shown = client_for(people.marta).get(reverse("segments:new"))
    assert shown.context["count"].people == 2


def test_nothing_found_and_no_sales_yet_say_what_to_do(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.otavio).get(PAGE, {"sexo": "F"})
    assert answer.status_code == 200
    assert "Ninguém se encaixa" in answer.content.decode()


@given(st.dates(dt.date(2000, 1, 1), dt.date(2000, 12, 31)))
def test_a_day_of_the_year_is_read_as_people_write_it(day: dt.date) -> None:
    field = DayOfYearField()
    for written in (f"{day:%d/%m}", f"{day.day}/{day.month}", f"{day:%d-%m}", f"{day:%d/%m}/1990", f"{day}"):
        assert field.clean(written) == f"{day:%m-%d}"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_month_is_read_as_people_write_it(day: dt.date) -> None:
    for written in (f"{day.year}-{day.month:02d}", f"{day.month}/{day.year}", f"{day.month:02d}/{day.year}"):
        assert MonthField().clean(written) == day.replace(day=1)


NONSENSE = ("☃", "9" * 40, "\0", "-1", "2026-13", "31/13", "a" * 5_000, "1e9", "../x", "' OR 1=1 --")


@pytest.mark.parametrize("name", FIELDS)
def test_whatever_stands_in_the_address_is_a_rule_or_a_message(cast: Cast, name: str) -> None:
    for text in NONSENSE:
        form = SearchForm(QueryDict(f"{name}={quote(text)}"), cast.otavio)
        form.is_valid()
        assert read({"version": 1, "match": "all", "rules": form.conditions}) == form.rule()
