"""The panel's figures on the twelve orders, by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from recompra.dashboards.figures import Share, panel_numbers
from tests.cast import Cast
from tests.twelve_orders import CENTRO, ONLINE

pytestmark = pytest.mark.django_db


def test_totals_are_those_of_the_four_customers_to_the_cent(shop: Cast, today: dt.date) -> None:
    """Ana 740.00, Bruno 1,900.00, Carla 49.90, Davi 780.00."""
    numbers = panel_numbers(today, None)
    assert numbers.total == Share(4, Decimal("3469.90"))
    assert sum(share.customers for share in numbers.segments.values()) == 4
    assert sum(cell.customers for cell in numbers.cells) == 4
    assert len(numbers.cells) == 25


def test_ana_and_bruno_came_back(shop: Cast, today: dt.date) -> None:
    assert panel_numbers(today, None).returned_share == 0.5


def test_sales_of_a_year_leave_out_the_cancelled_and_the_older_order(shop: Cast, today: dt.date) -> None:
    """Bruno bought first 400 days ago: 3,504.90 - 900.00; the return lowers the net, not the mean order."""
    numbers = panel_numbers(today, None)
    assert numbers.net == Decimal("2604.90")
    assert numbers.sales == 9
    assert numbers.sales_net == Decimal("2664.90")
    assert numbers.average_order == Decimal("2664.90") / 9
    assert numbers.identified_sales == 8


def test_a_store_has_its_own_sales_and_the_customers_who_prefer_it(shop: Cast, today: dt.date) -> None:
    centro, online = (panel_numbers(today, frozenset((key,))) for key in (CENTRO, ONLINE))
    assert centro.net == Decimal("1624.90")  # 120 + 80 + 150 + 250 - 60 + 1000 + 49.90 + 35
    assert online.net == Decimal("980.00")  # 200 + 780
    assert centro.total.customers + online.total.customers == 4
    assert online.total == Share(1, Decimal("780.00"))  # Davi alone: Bruno's last year is in Centro


def test_nobody_may_see_no_store_at_all(shop: Cast, today: dt.date) -> None:
    numbers = panel_numbers(today, frozenset())
    assert numbers.total == Share()
    assert (numbers.sales, numbers.average_order, numbers.returned_share, numbers.identified_share) == (
        0,
        None,
        None,
        None,
    )
