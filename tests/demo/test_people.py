"""The invented customers: valid documents, and nobody who could be reached."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from recompra.customers import identifiers
from recompra.demo.people import cpfs, people


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
