"""The segments that every shop finds: readable, in Portuguese, made once, the shop's own from then on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from recompra.segments import ready
from recompra.segments.models import Segment, SegmentRefresh
from recompra.segments.rule.people import people_of
from recompra.segments.rule.read import read
from recompra.segments.upkeep import fresh
from recompra.theme.segments import SEGMENTS
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import members
from recompra.work.drain import drain
from tests import twelve_orders
from tests.cast import Cast

ANA, BRUNO, CARLA, DAVI = twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.CARLA, twelve_orders.DAVI


@pytest.mark.django_db
def test_they_are_made_once_and_read_as_rules() -> None:
    made = ready.make()
    assert made == Segment.objects.count() == 22
    assert ready.make() == 0
    for one in Segment.objects.all():
        assert (one.folder, one.version) == ("Prontos", 1)
        assert read(one.rule).rules
        assert one.description


@pytest.mark.django_db
def test_their_names_are_portuguese_and_the_rfm_ones_bear_their_strategy() -> None:
    ready.make()
    champions = Segment.objects.get(ready_code="rfm_champions")
    assert champions.name == "Campeões"
    assert champions.description == "Ofertas VIP e produtos exclusivos; peça que indiquem a loja."
    assert {one.ready_code for one in Segment.objects.filter(ready_code__startswith="rfm_")} == {
        f"rfm_{code}" for code in SEGMENTS
    }
    for one in Segment.objects.all():
        assert one.name not in {str(each.name) for each in english()}, one.name


def english() -> list[ready.Ready]:
    from django.utils import translation

    with translation.override("en"):
        return [
            ready.Ready(one.code, str(one.name), str(one.description), ())  # type: ignore[arg-type]
            for one in ready.ready()
        ]


@pytest.mark.django_db
def test_what_the_shop_changed_or_put_away_stays_so() -> None:
    ready.make()
    Segment.objects.filter(ready_code="due").update(name="Hora de chamar", folder="", version=2)
    Segment.objects.filter(ready_code="inactive").update(archived_at=timezone.now())
    assert ready.make() == 0
    assert Segment.objects.get(ready_code="due").name == "Hora de chamar"
    assert Segment.objects.get(ready_code="inactive").archived_at is not None


@pytest.mark.django_db
def test_a_segment_of_the_shop_with_that_name_is_left_alone() -> None:
    Segment.objects.create(name="Aniversariantes do mês", folder="Prontos", rule={"version": 1, "rules": []})
    assert ready.make() == 21
    assert Segment.objects.filter(name="Aniversariantes do mês").count() == 1


def test_the_cast_stands_where_it_belongs(shop: Cast, today: dt.date) -> None:
    ready.make()
    fresh.poll()
    drain(SegmentRefresh)
    held: dict[str, set[int]] = {}
    codes = dict(Segment.objects.values_list("pk", "ready_code"))
    for row in engine(settings.WAREHOUSE_URL).rows(members):
        held.setdefault(codes[row["segment_id"]], set()).add(row["customer_key"])
    assert held["inactive"] == {BRUNO}
    assert held["first_without_second"] == {CARLA, DAVI}
    assert held["subscribers"] == {ANA}
    assert "inactivating" not in held
    assert "valuable_unreachable" not in held
    born = {3: {ANA}, 7: {BRUNO}, 2: {CARLA}, 12: {DAVI}}
    assert held.get("birthday_month", set()) == born.get(today.month, set())
    rfm = [keys for code, keys in held.items() if code.startswith("rfm_")]
    assert sorted(key for keys in rfm for key in keys) == sorted([ANA, BRUNO, CARLA, DAVI])


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        (119, set()),
        (120, {"inactivating"}),
        (179, {"inactivating"}),
        (180, {"inactive"}),
        (359, {"inactive"}),
        (360, {"inactive", "no_purchase_360"}),
    ],
)
def test_the_days_of_silence_meet_without_gap_or_overlap(shop: Cast, days: int, codes: set[str]) -> None:
    """Ana's last purchase was 12 days ago: so many days later she stands here."""
    fresh.ask("person")
    drain(SegmentRefresh)
    as_of = timezone.localdate() + dt.timedelta(days=days - 12)
    by_code = {one.code: one for one in ready.ready()}
    found = {
        code
        for code in ("inactivating", "inactive", "no_purchase_360")
        for row in engine(settings.WAREHOUSE_URL).rows(
            people_of(read({"version": 1, "rules": list(by_code[code].conditions)}), as_of=as_of)
        )
        if row["customer_key"] == ANA
    }
    assert found == codes
