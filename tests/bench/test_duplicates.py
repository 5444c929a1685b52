"""The bench of the duplicates judges by the planted truth."""

from __future__ import annotations

import pytest

from recompra.bench.crowd import settle
from recompra.bench.duplicates import judged
from recompra.customers.models import Customer, Duplicate, ExternalId


def planted(*codes: str) -> list[Customer]:
    made = []
    for code in codes:
        made.append(Customer.objects.create(name=code))
        ExternalId.objects.create(customer=made[-1], source="bench", value=code)
    return made


@pytest.mark.django_db
def test_precision_and_recall_are_counted_by_the_truth() -> None:
    one, again, other, _relative, stranger = planted("C1", "D1", "C2", "F2", "C3")
    Duplicate.objects.create(first=one, second=again, score=90)
    Duplicate.objects.create(first=other, second=stranger, score=70)
    truth = [
        ("C1", "D1", "typo", True), ("C2", "F2", "family", False), ("C3", "C1", "moved", True),
    ]  # fmt: skip
    found = judged(truth)
    assert (found["queue"], found["precision"], found["recall"]) == (2, 0.5, 0.5)
    assert found["kinds"] == {"moved": 0.0, "typo": 1.0}


@pytest.mark.django_db
def test_the_crowd_is_the_same_for_the_same_seed_and_has_both_kinds() -> None:
    truth = settle(400, 3)
    assert {is_same for *_ids, is_same in truth} == {True, False}
    everybody = list(Customer.objects.order_by("pk").values_list("name", "cpf"))
    Customer.objects.all().delete()
    assert settle(400, 3) == truth
    assert list(Customer.objects.order_by("pk").values_list("name", "cpf")) == everybody
