"""Why is this person here? Each condition's truth, with the values and days it was decided by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from recompra.customers.models import Customer
from recompra.privacy.blocks.hold import block
from recompra.segments.count import Count, count
from recompra.segments.rule.read import read
from recompra.segments.rule.why import Why, why
from tests import twelve_orders
from tests.cast import Cast
from tests.segments.stage import publish_people
from tests.segments.strategies import Json

BAG = {"did": "bought", "what": {"product": ["BOL-01"]}}
RULE: Json = {
    "match": "all",
    "rules": [
        {"field": "ltv", "op": "at_least", "value": 500},
        BAG,
        {"match": "none", "rules": [{"did": "returned"}, {"did": "bought", "channel": "online"}]},
    ],
}


@pytest.fixture
def people(shop: Cast, tmp_path: Path) -> Cast:
    """The shop of the twelve orders, with what segments know of its people."""
    publish_people(tmp_path)
    return shop


def explained(key: int, rule: Json = RULE, stores: frozenset[int] | None = None) -> Why:
    found = why(read(rule), key, timezone.localdate(), stores)
    assert found is not None
    return found


def day(ago: int) -> str:
    return f"{timezone.localdate() - dt.timedelta(days=ago):%d/%m/%Y}"


@pytest.mark.django_db
def test_ana_is_out_and_each_condition_says_by_what(people: Cast) -> None:
    found = explained(twelve_orders.ANA)
    spent, bags, neither = found.parts
    assert (found.holds, spent.holds, bags.holds, neither.holds) == (False, True, True, False)
    assert spent.told == "R$\u00a0740,00"
    assert bags.told == f"3 vezes, de {day(100)} a {day(12)}"
    assert [(part.holds, part.told) for part in neither.parts] == [
        (True, f"1 vez, em {day(8)}"),
        (True, f"1 vez, em {day(100)}"),
    ]


@pytest.mark.django_db
def test_who_is_explained_as_in_is_counted(people: Cast) -> None:
    keys = (twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.CARLA, twelve_orders.DAVI)
    rich: Json = {"match": "all", "rules": [RULE["rules"][0]]}
    inside = {key for key in keys if explained(key, rich).holds}
    assert inside == {twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.DAVI}
    found = count(read(rich), as_of=timezone.localdate())
    assert found.people == len(inside)
    assert found.value == Decimal("740.00") + Decimal("1900.00") + Decimal("780.00")
    assert found.base == Customer.objects.count()


@pytest.mark.django_db
def test_whom_the_shop_blocked_is_counted_but_not_as_reachable(shop: Cast, tmp_path: Path) -> None:
    block(shop.bruno, ["campaigns"], "pediu na loja", by=shop.denise)
    publish_people(tmp_path)
    everybody = count(read({"match": "all", "rules": []}), as_of=timezone.localdate())
    blocked = count(
        read({"match": "all", "rules": [{"field": "blocked_campaigns", "op": "yes"}]}),
        as_of=timezone.localdate(),
    )
    assert everybody.share == 1
    assert blocked == Count(1, everybody.base, Decimal("1900.00"), 0, 0, 0), "Bruno"
    assert everybody.whatsapp < everybody.people


@pytest.mark.django_db
def test_a_seller_of_one_store_learns_nothing_of_the_other(people: Cast) -> None:
    centro = frozenset({people.centro.pk})
    today = timezone.localdate()
    assert why(read(RULE), twelve_orders.DAVI, today, centro) is None, "Davi buys online alone"
    online: Json = {"match": "all", "rules": [{"did": "bought", "stores": [people.online.pk]}]}
    assert count(read(online), as_of=today, stores=centro).people == 0
    assert explained(twelve_orders.ANA, online, centro).parts[0].told == "nenhuma"
