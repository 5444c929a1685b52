"""Two people at one record at the same moment, each with a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from recompra.customers.models import Change, Customer
from recompra.customers.record.register import Stale, Wrong, amend, create
from recompra.customers.record.undo import undo
from recompra.theme.refused import Refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each of them gave, or the refusal that it met, started at once."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_of_two_who_save_on_one_version_one_is_told(cast: Cast) -> None:
    pk = cast.ana.pk
    for number in range(5):
        version = Customer.objects.get(pk=pk).version
        cities = (f"Londrina {number}", f"Maringá {number}")
        saves = [partial(amend, pk, {"city": city}, seen_version=version, by=None) for city in cities]
        found = together(*saves)
        [refused] = [one for one in found if isinstance(one, Refused)]
        [saved] = [one for one in found if isinstance(one, Customer)]
        assert isinstance(refused, Stale)
        assert [change.version for change in refused.changes] == [version + 1]
        assert Customer.objects.get(pk=pk).city == saved.city
    assert list(Change.objects.order_by("pk").values_list("version", flat=True)) == [2, 3, 4, 5, 6]


def test_of_two_who_register_one_cpf_one_is_refused(cast: Cast) -> None:
    found = together(*[lambda: create({"name": "Elisa", "cpf": "39053344705"}, by=None)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["Customer", "Wrong"]
    [wrong] = [one for one in found if isinstance(one, Wrong)]
    [made] = [one for one in found if isinstance(one, Customer)]
    assert wrong.taken == {"cpf": made.public_id}
    assert Customer.objects.filter(name="Elisa").count() == 1


def test_two_who_take_one_change_back_take_it_back_once(cast: Cast) -> None:
    amend(cast.ana.pk, {"city": "Londrina"}, seen_version=None, by=None)
    change = Change.objects.get()
    found = together(*[lambda: undo(change, by=None)] * 2)
    assert sorted(isinstance(one, Refused) for one in found) == [False, True]
    assert Customer.objects.get(pk=cast.ana.pk).city == "Curitiba"
    assert Change.objects.count() == 2


def test_five_who_correct_different_fields_all_stand_in_the_log(cast: Cast) -> None:
    pk = cast.ana.pk
    new = [{"city": "Londrina"}, {"street": "Rua XV"}, {"rg": "12"}, {"email": "x@example.com"}, {"sex": ""}]
    found = together(*[partial(amend, pk, one, seen_version=None, by=None) for one in new])
    assert not [one for one in found if isinstance(one, Refused)]
    kept = Customer.objects.get(pk=pk)
    assert (kept.city, kept.street, kept.rg_key, kept.sex, kept.version) == (
        "Londrina",
        "Rua XV",
        "12",
        "",
        6,
    )
    assert sorted(Change.objects.values_list("version", flat=True)) == [2, 3, 4, 5, 6]
