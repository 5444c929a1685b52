"""Calls follow the person: merged, taken apart again, told in the dossier, erased, kept for a time."""

from __future__ import annotations

import datetime as dt

import pytest

from recompra.calls import acts
from recompra.calls.kept import CALLS
from recompra.calls.models import Call, CallAct
from recompra.calls.personal_data import erase, export
from recompra.customers.identity.merge import merge, unmerge
from recompra.customers.models import Customer
from tests.calls.stage import call_of, fill
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def call(customer: Customer, last_on: dt.date) -> Call:
    return Call.objects.create(
        customer=customer,
        last_on=last_on,
        usual_days=20,
        due_on=last_on + 20 * DAY,
        stake=1,
        listed_on=last_on,
    )


def test_a_merge_brings_the_calls_along_and_its_undoing_gives_them_back(shop: Cast, today: dt.date) -> None:
    """Of one purchase day that both have been called about, each keeps its own."""
    double = Customer.objects.create(name="Bruno A. Lima")
    same, other = today - 40 * DAY, today - 90 * DAY
    call(shop.bruno, same)
    kept, moved = call(double, same), call(double, other)
    merged = merge(shop.bruno, double, by=shop.otavio)
    assert set(Call.objects.filter(customer=shop.bruno).values_list("last_on", flat=True)) == {same, other}
    assert list(Call.objects.filter(customer=double)) == [kept]
    unmerge(merged, by=shop.otavio)
    assert set(Call.objects.filter(customer=double)) == {kept, moved}


def test_the_dossier_tells_of_calls_and_forgetting_takes_them(shop: Cast) -> None:
    fill()
    acts.talk(call_of(shop.bruno), shop.lucia)
    told = export(shop.bruno.pk)
    assert told["calls.Call"][0]["status"] == "talked"
    assert told["calls.CallAct"][0]["what"] == "talk"
    assert erase(shop.bruno.pk) == {"calls.CallAct": 1, "calls.Call": 1}
    assert not Call.objects.exists()
    assert not CallAct.objects.exists()
    assert erase(shop.bruno.pk) == {"calls.CallAct": 0, "calls.Call": 0}


def test_closed_calls_are_kept_for_a_time(shop: Cast, today: dt.date) -> None:
    live, old, young = (call(one, today - 100 * DAY) for one in (shop.ana, shop.bruno, shop.carla))
    for one, ago in ((old, 800), (young, 10)):
        one.status, one.closed_on = Call.Status.WON, today - ago * DAY
        one.save()
    going = CALLS.older(today - 730 * DAY)
    assert list(going) == [old]
    assert CALLS.destroy([old.pk], shop.otavio) == 1
    assert set(Call.objects.all()) == {live, young}
