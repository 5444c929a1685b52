"""An order may come in parts: in two files, a mended row later, items after a value. It is one order."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.bring import HEADER, csv_file, facts, report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]
_numbers = itertools.count()


def row(order: int, item: int, price: str = "10,00", status: str = "") -> str:
    sold = f"S{item};Camisa {item};1;{price};;Centro;{status}"
    return f"{order};{item};25/10/2024;C{order};Ana;;;;{sold}"


def money() -> list[tuple[str, str, bool]]:
    """(net, units, is cancelled) of each order, and no more."""
    return sorted((str(o["net"]), f"{o['units']:.0f}", o["is_cancelled"]) for o in facts("orders"))


def items_total() -> Decimal:
    return sum((line["net"] for line in facts("order_items") if not line["is_cancelled"]), Decimal(0))


def state() -> dict[str, list[dict[str, Any]]]:
    return {table: facts(table) for table in ("orders", "order_items", "products", "stores")}


def test_a_mended_row_makes_its_order_whole(tmp_path: Path) -> None:
    found = report(csv_file(tmp_path, [row(1, 1, "10,00"), row(1, 2, "dez"), row(1, 3, "5,50")]))
    assert (found["accepted"], found["quarantined"], money()) == (2, 1, [("15.50", "2", False)])
    found = report(csv_file(tmp_path, [row(1, 2, "2,25")]))
    assert (found["accepted"], money(), items_total()) == (1, [("17.75", "3", False)], Decimal("17.75"))
    found = report(csv_file(tmp_path, [row(1, 2, "2,25")]))
    assert (found["accepted"], found["unchanged"], money()) == (0, 1, [("17.75", "3", False)])


def test_a_corrected_line_changes_its_order_by_the_difference(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [row(1, 1), row(1, 2)]))
    found = report(csv_file(tmp_path, [row(1, 2, "7,00")]))
    assert (found["accepted"], found["facts"]["order_items"]["changed"]) == (1, 1)
    assert money() == [("17.00", "2", False)]


def test_a_line_that_comes_later_and_cancelled_leaves_the_order_standing(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [row(1, 1)]))
    report(csv_file(tmp_path, [row(1, 2, status="cancelado")]))
    assert money() == [("10.00", "1", False)]
    report(csv_file(tmp_path, [row(1, 1, status="cancelado")]))
    assert money() == [("20.00", "2", True)]


def test_a_dry_run_of_a_part_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [row(1, 1)]))
    before = state()
    found = report(csv_file(tmp_path, [row(1, 2)]), dry_run=True)
    assert (found["accepted"], found["facts"]["orders"]["changed"]) == (1, 1)
    assert state() == before


def test_an_order_file_without_values_lowers_nothing(tmp_path: Path) -> None:
    report(csv_file(tmp_path, [row(1, 1), row(1, 2)]))
    header = "pedido;data;cliente_id;loja;status"
    found = report(csv_file(tmp_path, ["1;25/10/2024;C1;Centro;concluído"], "p.csv", header))
    assert (found["accepted"], found["unchanged"], money()) == (0, 1, [("20.00", "2", False)])
    report(csv_file(tmp_path, ["1;25/10/2024;C1;Centro;cancelado"], "p.csv", header))
    assert money() == [("20.00", "2", True)]
    assert all(line["is_cancelled"] for line in facts("order_items"))
    before = state()
    report(csv_file(tmp_path, ["1;25/10/2024;C1;Centro;cancelado"], "p.csv", header))
    assert state() == before


def test_the_value_of_an_order_gives_way_to_its_items(tmp_path: Path) -> None:
    value = csv_file(tmp_path, ["1;25/10/2024;C1;Centro;99,00"], "v.csv", "pedido;data;cliente_id;loja;valor")
    items = csv_file(tmp_path, [row(1, 1), row(1, 2)])
    report(value)
    assert money() == [("99.00", "1", False)]
    report(items)
    assert (money(), items_total()) == ([("20.00", "2", False)], Decimal("20.00"))
    found = report(value)
    assert (found["accepted"], found["unchanged"], money()) == (0, 1, [("20.00", "2", False)])


def test_a_corrected_value_of_an_order_replaces_the_old_one(tmp_path: Path) -> None:
    header = "pedido;data;cliente_id;valor"
    report(csv_file(tmp_path, ["1;25/10/2024;C1;100,00"], header=header))
    report(csv_file(tmp_path, ["1;25/10/2024;C1;90,00"], header=header))
    assert money() == [("90.00", "1", False)]


def test_the_customer_on_the_first_line_alone_is_the_orders(tmp_path: Path) -> None:
    header = "pedido;item;data;cliente_id;valor"
    report(csv_file(tmp_path, ["1;1;25/10/2024 10:00;C1;10,00"], header=header))
    report(csv_file(tmp_path, ["1;2;25/10/2024 09:00;;5,00"], header=header))
    (order,) = facts("orders")
    assert (order["net"], order["customer_key"] is None, str(order["ordered_at"])) == (
        Decimal("15.00"),
        False,
        "2024-10-25 12:00:00",
    )
    lines = facts("order_items")
    assert {(line["customer_key"], line["ordered_at"]) for line in lines} == {
        (order["customer_key"], order["ordered_at"])
    }


def test_equal_items_at_other_times_are_two_lines(tmp_path: Path) -> None:
    header = "pedido;data;cliente_id;sku;valor;status"
    lines = ["1;25/10/2024 10:00;C1;S1;10,00;", "1;25/10/2024 10:01;C1;S1;10,00;"]
    assert report(csv_file(tmp_path, lines, header=header))["accepted"] == 2
    assert report(csv_file(tmp_path, lines[::-1], header=header))["unchanged"] == 2
    assert money() == [("20.00", "2", False)]


def test_a_sale_and_its_cancelled_twin_without_numbers(tmp_path: Path) -> None:
    header = "data;cliente_id;sku;valor;status"
    lines = ["25/10/2024 10:00;C1;S1;10,00;pago", "25/10/2024 10:00;C1;S1;10,00;cancelado"]
    assert report(csv_file(tmp_path, lines, header=header))["accepted"] == 2
    assert report(csv_file(tmp_path, lines[::-1], header=header))["unchanged"] == 2
    assert money() == [("10.00", "1", False), ("10.00", "1", True)]


cents = st.integers(0, 500_000).map(lambda n: f"{n // 100},{n % 100:02d}")
sold = st.fixed_dictionaries(
    {
        "price": cents,
        "quantity": st.sampled_from(["1", "2", "3", "-1", "0,5"]),
        "status": st.sampled_from(["", "", "", "cancelado"]),
        "known": st.booleans(),
        "clock": st.sampled_from([" 10:00", " 10:00", " 23:59"]),
    }
)
shops = st.lists(st.lists(sold, min_size=1, max_size=4), min_size=1, max_size=6)


def lines_of(orders: list[list[dict[str, Any]]]) -> list[str]:
    return [
        f"{order};{item};25/10/2024{said['clock']};{f'C{order}' if said['known'] else ''};;;;;S{item};"
        f"Camisa {item};{said['quantity']};{said['price']};;Centro;{said['status']}"
        for order, items in enumerate(orders)
        for item, said in enumerate(items)
    ]


@pytest.mark.once
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=shops, data=st.data())
def test_split_permuted_or_twice_a_file_gives_one_state(
    tmp_path: Path, orders: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    lines = lines_of(orders)
    shuffled = data.draw(st.permutations(lines))
    cut = data.draw(st.integers(0, len(lines)))
    parts = [part for part in (shuffled[:cut], shuffled[cut:], shuffled[:cut]) if part]
    told: list[dict[str, list[dict[str, Any]]]] = []
    for files in ([lines], parts):
        django_settings.WAREHOUSE_URL = f"duckdb:{tmp_path / f'facts-{next(_numbers)}'}"
        for part in files:
            report(csv_file(tmp_path, part))
        told.append(state())
    assert told[0] == told[1]
    assert items_total() == _expected(orders)
    assert sum(o["net"] for o in facts("orders") if not o["is_cancelled"]) == items_total()


def _expected(orders: list[list[dict[str, Any]]]) -> Decimal:
    said = (one for items in orders for one in items if not one["status"])
    return sum(
        (
            (Decimal(one["price"].replace(",", ".")) * Decimal(one["quantity"].replace(",", "."))).quantize(
                Decimal("0.01"), "ROUND_HALF_UP"
            )
            for one in said
        ),
        Decimal(0),
    )


def test_the_header_is_the_one_these_tests_write() -> None:
    assert HEADER.count(";") == row(1, 1).count(";")
