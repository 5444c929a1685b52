"""The list fills by the rule on the customer's page, fires once a purchase, and closes when the person is
back or past being called."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings

from recompra.calls import acts, wishes
from recompra.calls.models import Call, CallAct, CallRefresh
from recompra.customers.models import RemarketingRule, Standing
from recompra.customers.xray.remarketing import State, after_days, signal
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import predictions
from recompra.work.drain import drain
from tests import twelve_orders
from tests.calls.stage import call_of, fill, sell
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
Status = Call.Status


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`on(day)` lets that day be today."""

    def be(day: dt.date) -> None:
        monkeypatch.setattr(
            "django.utils.timezone.localdate",
            lambda value=None, timezone=None: day if value is None else value.date(),
        )

    return be


def test_bruno_is_due_and_nobody_else(shop: Cast, today: dt.date) -> None:
    """Bruno buys every 140 days and last did 260 days ago; Ana is within her 72 days, and one purchase makes
    no rhythm."""
    done = fill()
    assert (done.listed, done.came_back, done.lapsed) == (1, 0, 0)
    call = Call.objects.get()
    assert call.customer == shop.bruno
    assert (call.usual_days, call.last_on, call.due_on) == (140, today - 260 * DAY, today - 120 * DAY)
    assert (call.status, call.store, call.seller, call.listed_on) == (Status.OPEN, shop.centro, None, today)
    assert (call.stake, call.is_forecast, call.churn_risk) == (Decimal("1486.07"), False, None)


@pytest.mark.parametrize(("after", "days"), [(1, 73), (0, 72), (10, 82)])
def test_ana_comes_onto_the_list_on_the_day_of_her_page_s_signal(
    shop: Cast, today: dt.date, on: Any, after: int, days: int
) -> None:
    """72 days on the mean: with one day after it she is due on day 73, and the page says so the same day."""
    RemarketingRule.objects.create(after_days=after)
    last = today - 12 * DAY
    mean = Standing.objects.get(customer=shop.ana).mean_interval_days
    for day, is_due in ((last + (days - 1) * DAY, False), (last + days * DAY, True)):
        on(day)
        fill()
        assert Call.objects.filter(customer=shop.ana).exists() is is_due
        assert (signal(mean, last, day, after_days()).state == State.WRITE) is is_due


def test_the_list_fires_once_and_is_armed_again_by_a_purchase(
    shop: Cast, today: dt.date, on: Any, tmp_path: Path
) -> None:
    on(today + 70 * DAY)
    fill()
    first = call_of(shop.ana)
    acts.talk(first, shop.lucia)
    for _again in range(2):
        assert fill().listed == 0
    first.refresh_from_db()
    assert first.status == Status.TALKED

    back = today + 75 * DAY
    on(back)
    sell(900, twelve_orders.ANA, back, tmp_path / "back")
    done = fill()
    first.refresh_from_db()
    assert (done.came_back, first.status, first.back_on, first.closed_on) == (1, Status.WON, back, back)

    on(back + 80 * DAY)
    fill()
    second = call_of(shop.ana)
    assert (second.last_on, second.status, second.seller) == (back, Status.OPEN, None)
    assert Call.objects.filter(customer=shop.ana).count() == 2


def test_the_day_of_the_return_is_the_first_one_however_late_the_files_come(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    fill()
    sell(900, twelve_orders.BRUNO, today - 9 * DAY, tmp_path / "one")
    sell(901, twelve_orders.BRUNO, today - 2 * DAY, tmp_path / "two")
    fill()
    assert call_of(shop.bruno).back_on == today - 9 * DAY


def test_who_is_silent_for_too_long_is_no_longer_called(shop: Cast, today: dt.date, on: Any) -> None:
    """Bruno stays for two of his own intervals, 280 days."""
    fill()
    on(today + 20 * DAY)
    assert fill().lapsed == 0
    on(today + 21 * DAY)
    assert fill().lapsed == 1
    assert (call_of(shop.bruno).status, call_of(shop.bruno).closed_on) == (Status.LAPSED, today + 21 * DAY)
    assert fill().listed == 0


def test_a_stricter_rule_takes_back_who_was_not_touched_and_leaves_the_rest_to_its_end(
    shop: Cast, today: dt.date, on: Any
) -> None:
    on(today + 62 * DAY)
    RemarketingRule.objects.create(after_days=1)
    fill()
    assert Call.objects.filter(customer=shop.ana).exists()
    RemarketingRule.objects.create(after_days=10)
    wishes.poll()
    drain(CallRefresh, raising=True)
    assert not Call.objects.filter(customer=shop.ana).exists()
    assert CallRefresh.objects.latest("pk").after_days == 10


def test_who_was_put_off_comes_back_on_the_day(shop: Cast, today: dt.date, on: Any) -> None:
    fill()
    acts.snooze(call_of(shop.bruno), shop.lucia, 3)
    for day, status in ((today + 2 * DAY, Status.SNOOZED), (today + 3 * DAY, Status.OPEN)):
        on(day)
        fill()
        assert call_of(shop.bruno).status == status


def test_a_second_turn_writes_nothing(shop: Cast) -> None:
    fill()
    before = list(Call.objects.values())
    assert fill().listed == 0
    assert list(Call.objects.values()) == before


def test_the_clock_asks_once_for_each_change(shop: Cast, today: dt.date, on: Any) -> None:
    wishes.poll()
    wishes.poll()
    assert CallRefresh.objects.count() == 1
    drain(CallRefresh, raising=True)
    wishes.poll()
    assert CallRefresh.objects.count() == 1
    on(today + DAY)
    wishes.poll()
    drain(CallRefresh, raising=True)
    assert CallRefresh.objects.count() == 2
    assert CallRefresh.objects.latest("pk").version == engine(settings.WAREHOUSE_URL).version()


def test_without_sales_there_is_nothing_to_do(cast: Cast) -> None:
    wishes.poll()
    assert not CallRefresh.objects.exists()
    assert fill().version == ""


def test_records_that_are_nobody_are_called_by_nobody(shop: Cast) -> None:
    shop.bruno.apart = "counter"
    shop.bruno.save()
    fill()
    assert not Call.objects.exists()


def test_what_was_done_is_undone_to_the_letter(shop: Cast) -> None:
    fill()
    acts.take(call_of(shop.bruno), shop.lucia)
    taken = Call.objects.values().get()
    for act in (acts.talk, acts.decline, lambda call, by: acts.snooze(call, by, 7), acts.release):
        act(call_of(shop.bruno), shop.lucia)
        assert Call.objects.values().get() != taken
        acts.undo(call_of(shop.bruno), shop.lucia)
        assert Call.objects.values().get() == taken
    assert CallAct.objects.filter(undone_at=None).count() == 1


def test_a_forecast_that_comes_later_changes_the_stake_of_a_live_call(shop: Cast, today: dt.date) -> None:
    fill()
    told = dict.fromkeys(predictions.columns) | {
        "customer_key": twelve_orders.BRUNO, "as_of": today, "models_version": 1, "is_active": True,
        "churn_risk": 0.5, "spend_365": Decimal("3000.00"), "next_from": today, "next_until": today + 9 * DAY,
    }  # fmt: skip
    rows = pa.Table.from_pylist([told], schema=arrow_schema(predictions.schema()))
    engine(settings.WAREHOUSE_URL).replace("predictions", rows)
    wishes.poll()
    drain(CallRefresh, raising=True)
    call = call_of(shop.bruno)
    assert (call.stake, call.is_forecast, call.churn_risk) == (Decimal("1500.00"), True, 0.5)
    assert (call.next_from, call.next_until) == (today, today + 9 * DAY)
    assert Call.objects.count() == 1


def test_a_turn_that_was_cut_off_is_ended_by_the_next(
    shop: Cast, today: dt.date, on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(today + 62 * DAY)
    with monkeypatch.context() as cut:
        cut.setattr("recompra.calls.fill.CHUNK", 1)
        cut.setattr("recompra.calls.fill.Filling.let_go", lambda self: 1 // 0)
        wishes.ask("load")
        drain(CallRefresh)
    row = CallRefresh.objects.get()
    assert (row.status, row.failures) == (CallRefresh.Status.WAITING, 1)
    half = list(Call.objects.values())
    assert len(half) == 1
    CallRefresh.objects.update(due_at=row.created_at)
    drain(CallRefresh, raising=True)
    assert CallRefresh.objects.get().status == CallRefresh.Status.DONE
    assert list(Call.objects.values()) == half
