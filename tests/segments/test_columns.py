"""A list as a file holds what its page shows, in columns: the same people, texts and masks."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.customers import columns
from recompra.customers.columns import written_all
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ContactPoint, Customer
from recompra.customers.record.fields import MASKS, WRITTEN, shown
from recompra.segments import members
from recompra.segments import whole as whole_lists
from recompra.segments.found.columns import COLUMNS, Table
from recompra.segments.found.listing import batches
from recompra.segments.rule.people import ALL
from tests.cast import Cast, customer
from tests.segments.stage import publish_people

TEXTS = st.one_of(
    st.just(""),
    st.text("0123456789", max_size=14),
    st.text("a@.é=+5", max_size=6),
    st.sampled_from(["ana@example.com", "@x", "5541987654321", "+14155550100", "F", "52998224725"]),
)
DAYS = st.one_of(st.just(""), st.dates(dt.date(1900, 1, 1)).map(str))


@pytest.fixture
def odd_people(shop: Cast) -> Cast:
    """A company, somebody without name and contact, one with several e-mails, beside the cast."""
    company = customer(2_001, "Loja & Cia", "", "", "loja@example.com")
    Customer.objects.filter(pk=company.pk).update(cpf=None, cnpj="11222333000181", birth_date=None)
    nameless = customer(2_002, "", "39053344705", "", "")
    Customer.objects.filter(pk=nameless.pk).update(name="", name_key="")
    for number, chosen in ((1, True), (2, False)):
        ContactPoint.objects.create(
            customer=shop.ana, kind="email", value=f"ana{number}@example.com",
            match_key=f"ana{number}@example.com", is_preferred=chosen,
        )  # fmt: skip
    publish_people()
    return shop


def file_of(table: Table) -> list[tuple[object, ...]]:
    found = members.crowds(batches(ALL["people"], table.facts, "gasto"), None, table.data)
    parts = [table.part(one) for one in found]
    return [line for part in parts for line in zip(*(values.to_pylist() for values in part), strict=True)]


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_holds_what_the_page_shows(
    odd_people: Cast, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(tuple(COLUMNS.values()), whole=whole)
    expected = []
    for batch in batches(ALL["people"], table.facts, "gasto"):
        for who, row in members.analysed(batch.to_pylist(), None):
            expected.append(tuple(read(who, row) for read in table._read))
    assert len(expected) == 6
    assert file_of(table) == expected
    for together, block in product((1, 4), (1, 3)):
        monkeypatch.setattr(members, "TOGETHER", together)
        for file in (columns, whole_lists):
            monkeypatch.setattr(file, "BLOCK", block)
        assert file_of(table) == expected, "however many are looked up at once"


def test_all_is_read_once_and_nobody_else_comes_with_it(odd_people: Cast) -> None:
    """The owners of all keys are read where a list is long; a torn key leads to nobody there, too."""
    CustomerKey.objects.filter(customer=odd_people.bruno).delete()
    every = members._every_owner()
    keys = sorted(CustomerKey.objects.values_list("key", flat=True))
    assert every.keys.tolist() == keys
    assert every.of(pa.array([1, keys[0]]).to_numpy()).tolist()[0] == 0
    assert members._sorted_owners([]).of(pa.array([1]).to_numpy()).tolist() == [0]


@pytest.mark.parametrize("field", sorted({*MASKS, *WRITTEN} - {"accepts_contact"}))
@given(st.data())
@settings(max_examples=20)
def test_a_column_masks_every_text_as_a_page_does(field: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(DAYS if field == "birth_date" else TEXTS, max_size=5))
    for whole in (True, False):
        column = written_all(pa.array(texts, pa.string()), field, whole=whole)
        assert column.to_pylist() == [shown(field, text, whole=whole) for text in texts]
