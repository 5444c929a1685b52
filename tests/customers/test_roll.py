"""Who stood in an exported list is known afterwards, although the file holds nobody's id."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from recompra.accounts import audit
from recompra.accounts.models import AccessLog
from recompra.customers.roll import Called, packed, people_in, unpacked
from recompra.theme.spreadsheet import Row
from tests.cast import Cast

IDS = st.sets(st.integers(min_value=1, max_value=2**62), max_size=200)


@given(IDS)
def test_what_is_packed_comes_out_again(ids: set[int]) -> None:
    assert unpacked(packed(ids)) == ids


def test_a_million_neighbours_take_little_room() -> None:
    assert len(packed(range(1, 1_000_001))) < 20_000


def test_the_list_that_aline_took_knows_who_was_in_it(shop: Cast, client_for: Callable[..., Client]) -> None:
    for kind in ("csv", "xlsx"):
        answer = client_for(shop.aline).post(
            reverse("customers:export"), {"formato": kind, "motivo": "reunião"}
        )
        size = len(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
        entry = AccessLog.objects.filter(action="export_customers").latest("pk")
        found = people_in(entry)
        assert size
        assert found is not None
        assert len(found) == entry.count
        assert shop.ana.pk in found


def test_a_download_broken_off_is_on_the_roll_with_who_was_sent(cast: Cast) -> None:
    entry = audit.record(cast.aline, "export_customers", reason="reunião")
    called = Called(entry)

    def told() -> Iterator[Row]:
        for customer in (cast.ana, cast.bruno, cast.carla):
            called.note(customer.pk)
            yield (customer.name,)

    rows = called.during(told())
    next(iter(rows))
    rows.close()  # type: ignore[attr-defined]
    assert people_in(entry) == {cast.ana.pk}
