"""What the risk model looks at: by hand on the twelve orders, against a slow oracle, and silence alone."""

from __future__ import annotations

import datetime as dt
import math

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from recompra.analytics.churn.features import FEATURES, FREE, FROM_TABLE, LOWERS, RAISES
from recompra.analytics.churn_features import churn_features, churn_sums, churn_sums_at
from recompra.warehouse.contract import Engine
from recompra.warehouse.schema import order_items, orders
from tests.analytics import goods, purchases
from tests.analytics.conftest import AS_OF
from tests.analytics.purchases import by_customer
from tests.analytics.strategies import days
from tests.twelve_orders import ANA, BRUNO, CARLA, DAVI

USUAL = 4_000_000
COUNTED = churn_sums(orders, order_items, as_of=AS_OF, one_in=1)


def test_the_sums_of_the_twelve_orders_by_hand(twelve: Engine) -> None:
    found = by_customer(twelve.rows(COUNTED))
    assert set(found) == {ANA, BRUNO, CARLA, DAVI}
    ana = found[ANA]
    assert (ana["silence_days"], ana["repeats"], ana["last_days"], ana["age_days"]) == (12, 4, 288, 300)
    assert (ana["intervals"], ana["interval_sum"]) == (4, 288)
    assert ana["interval_squares"] == 100**2 + 100**2 + 60**2 + 28**2
    assert ana["decayed_120"] == sum(
        math.floor(1e6 * math.exp(-age / 120)) for age in (300, 200, 100, 40, 12)
    )
    assert (ana["cents_year"], ana["sales_year"], ana["sales_before"]) == (80_000, 5, 0)
    assert (ana["days_90"], ana["days_90_before"]) == (
        3,
        0,
    )  # 12, 40 and 100 days ago; 200 is 188 before the last
    assert (ana["units_12m"], ana["products_12m"]) == (7, 3)
    bruno = found[BRUNO]
    assert (bruno["cents_year"], bruno["sales_year"]) == (190_000, 2)  # 140 days apart, in one year of his
    assert (bruno["days_12m"], bruno["days_90"], bruno["days_90_before"]) == (1, 1, 1)


def test_one_customer_in_two_is_the_half_with_even_keys(twelve: Engine) -> None:
    half = twelve.rows(churn_sums(orders, order_items, as_of=AS_OF, one_in=2))
    assert sorted(row["customer_key"] for row in half) == [BRUNO, DAVI]


def test_several_days_at_once_are_each_of_them_alone(twelve: Engine) -> None:
    """The features too; the usual interval may differ by day."""
    usual = {AS_OF: USUAL, AS_OF - dt.timedelta(days=99): 3_456_789}
    dated = pa.table({"as_of": pa.array(usual, pa.date32()), "usual": pa.array(usual.values(), pa.int64())})
    with twelve.desk() as desk:
        cuts = desk.hold(dated, "cuts")
        sums = desk.hold(churn_sums_at(orders, order_items, cuts.select("as_of")), "sums")
        both = sums.join(cuts, "as_of")
        features = desk.rows(churn_features(both, usual_interval=both.usual))
        together = {day: [one | {"as_of": None} for one in features if one["as_of"] == day] for day in usual}
        for day, interval in usual.items():
            own = churn_sums(orders, order_items, as_of=day, one_in=1)
            alone = desk.rows(churn_features(own, usual_interval=interval))
            assert by_customer(together[day]) == by_customer([one | {"as_of": None} for one in alone])
            assert alone


@settings(max_examples=25, deadline=None)
@given(lines=goods.lines(), as_of=days)
def test_features_agree_with_the_slow_oracle(lines: list[goods.Row], as_of: dt.date) -> None:
    sums = churn_sums(orders, order_items, as_of=as_of, one_in=1)
    found = by_customer(purchases.answer(churn_features(sums, usual_interval=USUAL), lines))
    expected = purchases.slow_features(lines, as_of, USUAL)
    assert set(found) == set(expected)
    for key, row in expected.items():
        for name in FROM_TABLE:
            assert abs(found[key][name] / 1e6 - row[name]) < 2e-5, name


@settings(max_examples=15, deadline=None)
@given(lines=goods.lines(), as_of=days, later=st.sampled_from([1, 30, 89, 91, 365, 800]))
def test_silence_alone_moves_a_feature_its_own_way_or_not_at_all(
    lines: list[goods.Row], as_of: dt.date, later: int
) -> None:
    past = [row for row in lines if row["ordered_on"] <= as_of]
    now, then = (
        by_customer(
            purchases.answer(
                churn_features(
                    churn_sums(orders, order_items, as_of=as_of + dt.timedelta(days=ago), one_in=1),
                    usual_interval=USUAL,
                ),
                past,
            )
        )
        for ago in (0, later)
    )
    for key, row in now.items():
        for feature in FEATURES:
            if feature.name not in FROM_TABLE:
                continue
            moved = then[key][feature.name] - row[feature.name]
            assert {RAISES: moved >= 0, LOWERS: moved <= 0, FREE: moved == 0}[feature.sign], feature.name
