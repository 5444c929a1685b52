"""The overview counts a customer's own orders by itself: it must say what the metric says of everybody."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from recompra.analytics.period_figures import period_figures
from recompra.customers.xray.figures import Figures
from recompra.customers.xray.months import months
from recompra.customers.xray.period import Period
from recompra.customers.xray.purchases import Purchases
from recompra.customers.xray.xray import xray
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders
from tests.cast import Cast

NAMES = (
    "spent", "orders", "aov", "items_per_order", "discount_share", "returns", "returned", "purchase_days",
    "first_on", "last_on", "mean_interval_days",
)  # fmt: skip


def counted(customer: Any, period: Period) -> dict[str, Any]:
    """What the page counts, with the types of the metric's answer."""
    figures = Figures.of(Purchases(customer.pk).orders, period)
    return {name: getattr(figures, name) for name in NAMES}


@pytest.mark.parametrize("who", ["ana", "bruno", "carla", "davi"])
@pytest.mark.parametrize("days", [7, 35, 150, 365, None])
@pytest.mark.parametrize("store", [None, 1, 2])
def test_the_page_counts_as_the_metric_does(
    shop: Cast, today: dt.date, who: str, days: int | None, store: int | None
) -> None:
    customer = getattr(shop, who)
    since = None if days is None else today - dt.timedelta(days=days - 1)
    metric = period_figures(orders, since=since, until=today, store_keys=None if store is None else [store])
    bought = Purchases(customer.pk)
    rows = [r for r in engine(settings.WAREHOUSE_URL).rows(metric) if r["customer_key"] == bought.key]
    found = counted(customer, Period("datas", since, today, store))
    if rows:
        assert found == {name: rows[0][name] for name in NAMES}
    else:
        assert found["orders"] == 0


def test_ana_in_a_year_by_hand(shop: Cast, today: dt.date) -> None:
    seen = xray(Purchases(shop.ana.pk), Period.named("12m", today))
    figures = seen.figures
    assert (figures.spent, figures.orders, figures.aov) == (Decimal("740.00"), 5, Decimal("160.00"))
    assert figures.items_per_order == Decimal("1.40")
    assert figures.discount_share == Decimal("0.0588")  # 50 of 850
    assert (figures.returns, figures.returned, figures.returned_share) == (
        1, Decimal("60.00"), Decimal("0.0750"),
    )  # fmt: skip
    assert figures.preferred_store == (shop.centro.pk, 4)
    assert figures.online_share == Decimal("0.2000")
    assert seen.last is not None
    assert [line.product for line in seen.last_lines] == ["Bolsa de couro", "Camiseta básica"]


def test_the_base_beside_which_ana_stands(shop: Cast, today: dt.date) -> None:
    base = xray(Purchases(shop.ana.pk), Period.named("12m", today)).base
    assert base.customers == 4
    assert base.medians["spent"] == Decimal("760.00")  # 49.90, 740, 780, 1000
    assert base.medians["orders"] == Decimal(1)


def test_the_months_of_the_chart_come_to_what_was_spent(shop: Cast, today: dt.date) -> None:
    bought = Purchases(shop.ana.pk).orders
    everything = months(bought, Period.named("tudo", today))
    assert sum(each.net for each in everything) == Decimal("740.00")
    assert len(months(bought, Period.named("12m", today))) == 12
    assert len(months(bought, Period.named("mes", today))) == 1
    online = months(bought, Period("tudo", None, today, shop.online.pk))
    assert sum(each.net for each in online) == Decimal("200.00")
