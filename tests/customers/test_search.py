"""People are found by what is typed, however it is typed, and nobody sees another store's customers."""

from __future__ import annotations

import pytest

from recompra.customers.identifiers import name_key, rg_key
from recompra.customers.models import Customer
from recompra.customers.search import MOST, find
from tests.cast import Cast


def names(text: str, scope: frozenset[int] | None = None) -> list[str]:
    return [row.name for row in find(text, scope).rows]


@pytest.mark.parametrize(
    "typed",
    [
        "(41) 98765-4321",
        "41987654321",
        "+55 41 98765-4321",
        "98765-4321",
        "8765-4321",
        "41 8765 4321",
        "041 98765 4321",
        "8765",
        "529.982.247-25",
        "52998224725",
        "529982",
        "ana@example.com",
        " ANA@Example.com ",
        "ana@ex",
        "Ana",
        "ana beatriz souza",
        "ANA SOUZA",
        "souza ana",
        "beatr",
        "sou",
    ],
)
def test_ana_is_found_however_she_is_looked_for(cast: Cast, typed: str) -> None:
    assert names(typed) == ["Ana Beatriz Souza"]


@pytest.mark.parametrize("typed", ["alvares", "Álvares", "ÁLVARES LIMA", "bruno alv"])
def test_accents_do_not_matter(cast: Cast, typed: str) -> None:
    assert names(typed) == ["Bruno Álvares Lima"]


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a", "zzz", "52998224726", "11 98888-7777", "x@y", '" OR *', "(:*)", "\0", "٣٤٥"],
)
def test_nobody_is_found_by_what_nobody_has_and_nothing_breaks(cast: Cast, typed: str) -> None:
    assert names(typed) == []


@pytest.mark.parametrize(
    "typed", ["12.345.678-X", "12345678x", " 12 345 678 X ", "12345678", "12.345.678-X SSP/PR"]
)
def test_an_rg_is_found_with_its_letters_however_it_is_written(cast: Cast, typed: str) -> None:
    Customer.objects.filter(pk=cast.ana.pk).update(
        rg="12.345.678-X SSP/PR", rg_key=rg_key("12.345.678-X SSP/PR")
    )
    assert names(typed) == ["Ana Beatriz Souza"]


@pytest.mark.parametrize("typed", ["11.222.333/0001-81", "11222333000181", "11.222.333", "112223330001"])
def test_a_company_is_found_by_its_cnpj_or_the_beginning_of_it(cast: Cast, typed: str) -> None:
    Customer.objects.create(name="Padaria Sol", name_key="padaria sol", cnpj="11222333000181")
    assert names(typed) == ["Padaria Sol"]


def test_a_name_with_a_number_in_it_is_still_a_name(cast: Cast) -> None:
    Customer.objects.create(name="Turma 12345 Formandos", name_key="turma 12345 formandos")
    assert names("turma 12345") == ["Turma 12345 Formandos"]


def test_whose_name_begins_so_comes_first(cast: Cast) -> None:
    Customer.objects.create(name="Maria Ana", name_key=name_key("Maria Ana"))
    assert names("ana") == ["Ana Beatriz Souza", "Maria Ana"]


def test_a_renamed_or_deleted_customer_is_found_by_the_new_name_alone(cast: Cast) -> None:
    cast.ana.name, cast.ana.name_key = "Ana Prado", name_key("Ana Prado")
    cast.ana.save()
    assert names("souza") == []
    assert names("prado") == ["Ana Prado"]
    Customer.objects.filter(pk=cast.ana.pk).delete()
    assert names("prado") == []


def test_bulk_writes_are_found_too(cast: Cast) -> None:
    Customer.objects.bulk_create(Customer(name=f"José {n}", name_key=f"jose {n}") for n in range(3))
    assert len(names("jose")) == 3
    Customer.objects.filter(name_key="jose 1").update(name_key="joao 1")
    assert len(names("jose")) == 2


def test_too_many_are_cut_and_said_so(cast: Cast) -> None:
    Customer.objects.bulk_create(Customer(name=f"José {n}", name_key=f"jose {n}") for n in range(MOST + 5))
    found = find("jose", None)
    assert (len(found.rows), found.more) == (MOST, True)


def test_dona_lucia_finds_only_who_buys_in_her_store(shop: Cast) -> None:
    scope = shop.lucia.store_scope()
    assert names("ana", scope) == ["Ana Beatriz Souza"]
    assert names("davi", scope) == []
    assert not find("davi", scope).elsewhere


@pytest.mark.parametrize("typed", ["987.654.321-00", "(71) 95432-1098", "davi@example.com"])
def test_a_whole_number_of_another_stores_customer_says_so_without_data(shop: Cast, typed: str) -> None:
    found = find(typed, shop.lucia.store_scope())
    assert (found.rows, found.elsewhere) == ([], True)


def test_the_beginning_of_a_number_gives_no_hint_about_another_store(shop: Cast) -> None:
    assert not find("987654", shop.lucia.store_scope()).elsewhere


def test_who_has_not_bought_yet_is_found_by_every_store(shop: Cast) -> None:
    Customer.objects.create(name="Nova Pessoa", name_key="nova pessoa")
    assert names("nova", shop.lucia.store_scope()) == ["Nova Pessoa"]
