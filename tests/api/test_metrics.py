"""Metrics through the API, against the twelve orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from recompra.accounts.api_keys.issue import issue
from recompra.analytics.catalog import Metric, metrics
from recompra.api.asking import ALIASES, ANSWERS, Question, questions
from recompra.customers.models import Customer
from recompra.warehouse.schema import TABLES
from tests import twelve_orders
from tests.api.conftest import System
from tests.cast import Cast

Made = Callable[..., System]
EVER = "2000-01-01"


def net_of(orders: list[twelve_orders.Order]) -> Decimal:
    return sum((line.net for order in orders for line in order.lines), Decimal(0))


def test_the_sales_are_what_a_plain_count_of_the_twelve_orders_gives(shop: Cast, system: Made) -> None:
    valid = [order for order in twelve_orders.ORDERS if not order.is_cancelled]
    sales = [order for order in valid if order.kind == "sale"]
    status, answer = system().get("metrics/sales_totals", since=EVER)
    assert (status, answer["complete"]) == (200, True)
    assert answer["rows"] == [
        {
            "net": str(net_of(valid)),
            "identified_net": str(net_of([order for order in valid if order.customer])),
            "sales_net": str(net_of(sales)),
            "sales": len(sales),
            "identified_sales": len([order for order in sales if order.customer]),
        }
    ]


def needed(question: Question, shop: Cast, today: dt.date) -> dict[str, str]:
    """What a question of this metric cannot go without."""
    values = {
        "since": EVER, "after": EVER, "until": today.isoformat(), "one_in": "1", "after_days": "1",
        "customer": str(shop.ana.public_id),
    }  # fmt: skip
    return {name: value for name, value in values.items() if name in question.parameters}


def is_of_stored_tables(metric: Metric) -> bool:
    """Whether it reads nothing that only another computation holds for it: products taken, a pool."""
    return all(ALIASES.get(name, name) in {*TABLES, *ANSWERS} for name in metric.tables)


def test_every_metric_of_stored_tables_can_be_asked_and_answers(
    shop: Cast, system: Made, today: dt.date
) -> None:
    bi = system()
    told = [metric.name for metric in metrics() if not metric.is_step and is_of_stored_tables(metric)]
    assert [name for name in told if name not in questions()] == []
    assert [metric.name for metric in metrics() if metric.is_step and metric.name in questions()] == []
    for name, question in questions().items():
        status, answer = bi.get(f"metrics/{name}", **needed(question, shop, today))
        assert status == 200, (name, answer)


def test_no_answer_gives_a_customer_key_away(shop: Cast, system: Made) -> None:
    keys = [str(key) for key in (twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.CARLA)]
    status, answer = system().get("metrics/customer_summary", limit=2)
    assert status == 200
    assert set(answer["rows"][0]) == {"customer", *questions()["customer_summary"].columns}
    told = str(answer)
    assert not [key for key in keys if f": {key}" in told]


def test_a_page_of_customers_figures_goes_on_where_it_ended(shop: Cast, system: Made) -> None:
    bi, seen, place = system(), [], ""
    for _page in range(4):
        status, answer = bi.get("metrics/customer_summary", limit=1, cursor=place)
        assert status == 200
        seen += [row["customer"] for row in answer["rows"]]
        place = answer["next"] or ""
    assert place == ""
    assert sorted(seen) == sorted(str(one.public_id) for one in (shop.ana, shop.bruno, shop.carla, shop.davi))


def test_a_key_of_one_store_counts_that_store_alone(shop: Cast, system: Made) -> None:
    of_centro = [order for order in twelve_orders.ORDERS if order.store == twelve_orders.CENTRO]
    erp = system(stores=[shop.centro])
    for asked in ({}, {"store": [twelve_orders.CENTRO, twelve_orders.ONLINE]}):
        status, answer = erp.get("metrics/sales_totals", since=EVER, **asked)
        assert (status, answer["rows"][0]["net"]) == (200, str(net_of(of_centro)))
    assert erp.get("metrics/sales_totals", since=EVER, store=twelve_orders.ONLINE)[1]["rows"][0]["sales"] == 0
    assert erp.get("metrics/store_totals")[0] == 403


def test_figures_of_people_need_the_scope_of_people(shop: Cast, today: dt.date) -> None:
    bi = System(*issue(shop.otavio, "BI", ["metrics:read"]))
    assert bi.get("metrics/sales_totals", since=EVER)[0] == 200
    for name, question in questions().items():
        if question.by_customer or question.of_one:
            assert bi.get(f"metrics/{name}", **needed(question, shop, today))[0] == 403, name


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "since"),
        ({"since": "ontem"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "since"),
        ({"since": EVER, "lojas": "1"}, "lojas"),
        ({"since": EVER, "store": "Centro"}, "store.0"),
    ],
)
def test_what_makes_no_question_is_refused_by_its_field(
    shop: Cast, system: Made, asked: dict[str, str], field: str
) -> None:
    status, answer = system().get("metrics/sales_totals", **asked)
    assert (status, answer["error"]["code"], answer["error"]["field"]) == (422, "invalid", field)
    assert answer["error"]["message"]


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_pages_of_any_size_give_the_rows_of_the_whole_and_tear_nobody_apart(
    shop: Cast, system: Made, limit: int
) -> None:
    bi = system()
    for name in ("customer_summary", "returned_people", "engagement", "rfm", "preferred_stores"):
        question = questions()[name]
        asked = {"since": EVER} if "since" in question.parameters else {}
        seen, place = [], ""
        for _page in range(20):
            status, answer = bi.get(f"metrics/{name}", limit=limit, cursor=place, **asked)
            assert status == 200
            seen += answer["rows"]
            place = answer["next"] or ""
            if not place:
                break
        assert place == ""
        whole = bi.get(f"metrics/{name}", **asked)[1]["rows"]
        assert sorted(map(str, seen)) == sorted(map(str, whole)), name
        assert whole or name == "engagement"


def test_what_a_record_that_is_nobody_bought_is_left_out_of_what_people_do(shop: Cast, system: Made) -> None:
    bi = system()
    asked = {"since": EVER}
    before = bi.get("metrics/purchases_per_person", **asked)[1]["rows"]
    Customer.objects.filter(pk=shop.carla.pk).update(apart="shared")
    after = bi.get("metrics/purchases_per_person", **asked)[1]["rows"]
    assert sum(row["buyers"] for row in before) - sum(row["buyers"] for row in after) == 1
    assert bi.get("metrics/sales_totals", **asked)[1]["rows"][0]["net"] == "3504.90"
