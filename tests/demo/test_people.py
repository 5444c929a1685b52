"""The invented customers: valid documents, and nobody who could be reached."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from recompra.customers import identifiers
from recompra.demo.people import cpfs, people
from recompra.demo.shop import Shop, pieces


@pytest.fixture(scope="module")
def folk() -> pa.Table:
    return people(0, 3000, seed=1, until=date(2026, 6, 30), rng=np.random.default_rng(1))


def test_every_cpf_is_valid_and_given_once() -> None:
    numbers = np.concatenate([np.arange(20_000), np.arange(499_000_000, 499_001_000)])
    given = cpfs(numbers, seed=5)
    assert len(set(given)) == len(numbers)
    assert all(identifiers.cpf(str(one)) == one for one in given)


def test_a_cpf_never_repeats_one_digit() -> None:
    """The ten CPFs of equal digits pass the check digits, and every system refuses them."""
    inverse = pow(387_420_489, -1, 1_000_000_000)
    numbers = np.array([111_111_111 * digit * inverse % 1_000_000_000 for digit in range(10)])
    given = cpfs(numbers, seed=0)
    assert all(identifiers.cpf(str(one)) == one for one in given)


def test_the_phones_are_mobiles_of_a_range_that_nobody_has(folk: pa.Table) -> None:
    for text in filter(None, folk["phone"].to_pylist()):
        found = identifiers.phone(text)
        assert found is not None
        assert found.kind == "mobile"
        assert text[5:7] == "90"


def test_the_addresses_are_those_kept_for_examples(folk: pa.Table) -> None:
    for text in filter(None, folk["email"].to_pylist()):
        assert identifiers.email(text) == text
        assert text.split("@")[1] in {"example.com", "example.org", "example.net"}


def test_some_share_a_phone_and_some_lack_data(folk: pa.Table) -> None:
    numbers = [text for text in folk["phone"].to_pylist() if text]
    assert len(numbers) * 0.9 < len(set(numbers)) < len(numbers)
    for column in ("cpf", "phone", "email", "born", "accepts"):
        assert 0.02 < folk[column].null_count / len(folk) < 0.3


def test_who_is_there_twice_made_every_second_order_of_the_two_and_the_truth_names_both() -> None:
    shop = Shop(300, 5, date(2025, 12, 31), twice=True)
    plain = Shop(300, 5, date(2025, 12, 31))
    (piece,), (alone,) = pieces(shop), pieces(plain)
    codes = set(piece.sales["codigo_cliente"].to_pylist())
    twice = {row["outro_codigo"]: row for row in piece.twins.to_pylist()}
    assert codes - set(alone.sales["codigo_cliente"].to_pylist()) <= twice.keys()
    assert {row["mesma_pessoa"] for row in twice.values()} == {True, False}
    assert alone.twins.num_rows == 0
    assert piece.sales["preco_unitario"].equals(alone.sales["preco_unitario"])
    assert piece.truth.equals(alone.truth)
    cpfs = {row["codigo_cliente"]: row["cpf"] for row in piece.sales.to_pylist() if row["codigo_cliente"]}
    told = [cpf for cpf in cpfs.values() if cpf]
    assert len(told) == len(set(told))
