"""Many rows as columns: what stands in the register comes out as it is, whatever stands in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from recompra.customers.columns import DATA, chosen_points, register
from recompra.customers.identity.unseen import somebody
from recompra.customers.many import all_of, columns, one_value
from recompra.customers.models import ContactPoint, Customer, Standing
from tests.cast import Cast, customer

TEXT = pa.string()
ODD = [
    'say "no"',
    "a,b",
    "two\nlines",
    "\r\nend\r",
    '"',
    '""',
    " blank ",
    "ção 😀 \u2028",
    "NULL",
    "=1+1",
    "\\",
]


def test_odd_texts_come_out_as_they_are(db: None) -> None:
    made = [
        Customer.objects.create(name=text, city=other) for text, other in zip(ODD, reversed(ODD), strict=True)
    ]
    found = columns(Customer.objects.all(), {"pk": pa.int64(), "name": TEXT, "city": TEXT, "cpf": TEXT})
    expected = [{"pk": one.pk, "name": one.name, "city": one.city, "cpf": ""} for one in made]
    assert sorted(found.to_pylist(), key=lambda row: row["pk"]) == expected


def test_numbers_days_and_money_have_their_types_and_may_be_missing(shop: Cast) -> None:
    kinds = {"pk": pa.int64(), "last_on": pa.date32(), "ltv": pa.decimal128(18, 2), "store_id": pa.int64()}
    Standing.objects.filter(customer=shop.ana).update(store=None, ltv=Decimal("-0.10"))
    found = columns(Standing.objects.all(), kinds).sort_by("pk").to_pylist()
    told = Standing.objects.order_by("pk").values("pk", "last_on", "ltv", "store_id")
    assert found == list(told)
    assert found[0]["store_id"] is None
    assert isinstance(found[0]["last_on"], dt.date)


def test_a_table_of_nobody_has_its_columns(db: None) -> None:
    kinds = {"pk": pa.int64(), "name": TEXT}
    for nobody in (Customer.objects.all(), Customer.objects.none()):
        assert columns(nobody, kinds).schema == pa.schema(list(kinds.items()))


def test_one_column_alone_and_a_column_of_another_table(shop: Cast) -> None:
    assert sorted(columns(Standing.objects.all(), {"pk": pa.int64()})["pk"].to_pylist()) == sorted(
        Standing.objects.values_list("pk", flat=True)
    )
    names = columns(Standing.objects.all(), {"customer__name": TEXT})["customer__name"].to_pylist()
    assert "Ana Beatriz Souza" in names


def test_so_many_numbers_are_one_value(cast: Cast) -> None:
    wanted = [cast.ana.pk, cast.bruno.pk, 10**12]
    assert Customer.objects.filter(pk__in=all_of(wanted)).count() == 2
    assert not Customer.objects.filter(pk__in=all_of([])).exists()
    condition, value = one_value(wanted)
    found = Customer.objects.extra(where=[f"id {condition}"], params=[value])  # noqa: S610
    assert {one.pk for one in found} == {cast.ana.pk, cast.bruno.pk}


@pytest.mark.parametrize("to_write", [False, True])
def test_the_preferred_point_is_told_else_the_one_registered_last(cast: Cast, to_write: bool) -> None:
    def point(number: int, **given: object) -> None:
        value = f"{number}@example.com"
        ContactPoint.objects.create(customer=cast.ana, kind="email", value=value, match_key=value, **given)

    def told() -> list[str]:
        ids = pa.array([cast.bruno.pk, cast.ana.pk])
        return chosen_points(ids, ["email", "phone"], to_write=to_write)["email"].to_pylist()

    point(1)
    point(2, use="none")
    assert told()[1] == ("1@example.com" if to_write else "2@example.com")
    point(3, is_preferred=True)
    point(4)
    assert told()[1] == "3@example.com"
    assert told()[0] == ContactPoint.objects.get(customer=cast.bruno, kind="email").value


def test_the_register_tells_of_each_what_the_record_holds(cast: Cast) -> None:
    nameless = customer(2_002, "", "39053344705", "", "")
    Customer.objects.filter(pk=nameless.pk).update(name="", name_key="", birth_date=None)
    ids, who = register(sorted(Customer.objects.values_list("pk", flat=True)), somebody(), DATA)
    for place, pk in enumerate(ids.to_pylist()):
        one = Customer.objects.get(pk=pk)
        assert who["title"][place].as_py() == one.title
        assert who["public_id"][place].as_py() == str(one.public_id)
        assert who["birth_date"][place].as_py() == (one.birth_date.isoformat() if one.birth_date else "")
        assert who["cpf"][place].as_py() == (one.cpf or "")
