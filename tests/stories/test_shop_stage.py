"""The twelve orders end up as the standings that one can work out by hand."""

from decimal import Decimal

from recompra.customers.models import Standing
from tests.cast import Cast


def test_everybodys_standing_is_what_the_twelve_orders_say(shop: Cast) -> None:
    ana = Standing.objects.get(customer=shop.ana)
    assert (ana.ltv, ana.frequency, ana.orders, ana.mean_interval_days) == (
        Decimal("740.00"),
        5,
        5,
        Decimal("72.00"),
    )
    bruno = Standing.objects.get(customer=shop.bruno)
    assert (bruno.ltv, bruno.frequency, bruno.mean_interval_days) == (
        Decimal("1900.00"),
        2,
        Decimal("140.00"),
    )
    assert Standing.objects.get(customer=shop.carla).ltv == Decimal("49.90")
    assert Standing.objects.get(customer=shop.davi).ltv == Decimal("780.00")
    assert Standing.objects.count() == 4
