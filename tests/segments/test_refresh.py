"""Who is in which segment: found after every change, each entry and exit with its reason, always the same
from nothing."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pytest
from django.conf import settings
from django.utils import timezone

from recompra.customers import refresh as scores_refresh
from recompra.customers.models import Customer, Refresh, Standing
from recompra.customers.record import changes
from recompra.privacy.blocks.hold import block, lift
from recompra.privacy.consents.ledger import revoke
from recompra.privacy.models import Block
from recompra.segments.models import Segment, SegmentRefresh, SegmentSize
from recompra.segments.rule.people import people_of
from recompra.segments.rule.read import read
from recompra.segments.upkeep import fresh, turns
from recompra.warehouse.engine import Engine, LoadBatch, engine
from recompra.warehouse.schema import members, moves, people, profiles
from recompra.work.drain import drain
from recompra.work.wishes import REST
from tests import twelve_orders
from tests.cast import Cast
from tests.house.scanner import Scanner
from tests.stage import publish_twelve_orders

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

ANA, BRUNO, CARLA, DAVI = twelve_orders.ANA, twelve_orders.BRUNO, twelve_orders.CARLA, twelve_orders.DAVI
FROM_PARANA = {"field": "state", "op": "one_of", "value": ["PR"]}
BOUGHT_A_COAT = {"did": "bought", "op": "at_least", "value": 1, "what": {"product": ["CAS-01"]}}
REACHABLE = {"field": "reach_email", "op": "yes"}


def segment(name: str, *rules: dict[str, Any], match: str = "all") -> Segment:
    return Segment.objects.create(name=name, rule={"version": 1, "match": match, "rules": list(rules)})


def refresh(reason: str = "person", *, is_full: bool = False) -> SegmentRefresh:
    fresh.ask(reason, is_full=is_full)
    drain(SegmentRefresh)
    done = SegmentRefresh.objects.latest("pk")
    assert done.status == SegmentRefresh.Status.DONE, done.error
    return done


def facts() -> Engine:
    return engine(settings.WAREHOUSE_URL)


def members_of(one: Segment) -> set[int]:
    found = facts().rows(members.filter(members.segment_id == one.pk).select("customer_key"))
    keys = [row["customer_key"] for row in found]
    assert len(keys) == len(set(keys))
    return set(keys)


def moves_of(one: Segment) -> list[tuple[int, bool, str]]:
    own = moves.filter(moves.segment_id == one.pk).order_by("moved_at", "customer_key")
    return [(row["customer_key"], row["entered"], row["reason"]) for row in facts().rows(own)]


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ledgers so short that the margin would read all of them: here only what is new is."""
    monkeypatch.setattr(fresh, "MARGIN", 0)


def test_the_first_refresh_fills_the_segments_and_nobody_entered(shop: Cast) -> None:
    parana, coats = segment("Paraná", FROM_PARANA), segment("Casacos", BOUGHT_A_COAT)
    done = refresh()
    assert (members_of(parana), members_of(coats)) == ({ANA, CARLA}, {BRUNO, DAVI})
    assert moves_of(parana) == []
    assert (done.segments, done.entered, done.left, done.people) == (2, 0, 0, 4)
    coats.refresh_from_db()
    assert (coats.people, coats.value) == (2, Decimal("2680.00"))
    assert (coats.reach_email, coats.reach_whatsapp, coats.counted_version) == (2, 2, coats.version)
    assert coats.since == coats.counted_at is not None
    size = SegmentSize.objects.get(segment=coats)
    assert (size.day, size.people, size.value) == (timezone.localdate(), 2, Decimal("2680.00"))


def test_the_table_people_tells_everybody_with_or_without_purchases(shop: Cast) -> None:
    Standing.objects.all().delete()
    refresh()
    assert {row["customer_key"] for row in facts().rows(people)} == {ANA, BRUNO, CARLA, DAVI}
    ana = facts().rows(people.filter(people.customer_key == ANA))[0]
    assert (ana["state"], ana["ltv"], ana["orders"]) == ("PR", Decimal("740.00"), 5)


def test_a_corrected_record_moves_its_person_and_only_that_record_is_read(
    shop: Cast, calm: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    parana = segment("Paraná", FROM_PARANA)
    refresh()
    monkeypatch.setattr(
        "recompra.segments.refresh.Refresh.whole", lambda self: pytest.fail("everybody was read")
    )
    correct(shop.bruno, state="PR")
    done = refresh("profile")
    assert members_of(parana) == {ANA, BRUNO, CARLA}
    assert moves_of(parana) == [(BRUNO, True, "profile")]
    assert (done.entered, done.left, done.people) == (1, 0, 4)
    size = SegmentSize.objects.get(segment=parana)
    assert (size.people, size.entered, size.left) == (3, 1, 0)
    correct(shop.ana, state="SC")
    assert refresh("profile").left == 1
    size.refresh_from_db()
    assert (size.people, size.entered, size.left) == (2, 1, 1)
    assert moves_of(parana)[1:] == [(ANA, False, "profile")]


def correct(customer: Customer, **fields: Any) -> None:
    """As a colleague corrects a record."""
    before = {name: getattr(customer, name) for name in fields}
    Customer.objects.filter(pk=customer.pk).update(**fields)
    customer.refresh_from_db()
    told = {name: (before[name], value) for name, value in fields.items()}
    changes.record(customer, told, by=None, origin="attendant")


def test_blocks_and_consents_take_people_out_and_lifting_brings_them_back(shop: Cast, calm: None) -> None:
    reached = segment("Por e-mail", REACHABLE)
    refresh()
    assert members_of(reached) == {ANA, BRUNO, DAVI}
    block("98765432100", [Block.Function.CAMPAIGNS], "asked for it")
    revoke(shop.ana, "marketing")
    refresh("profile")
    assert members_of(reached) == {BRUNO}
    lift(Block.objects.all())
    refresh("profile")
    assert members_of(reached) == {BRUNO, DAVI}
    assert sorted(moves_of(reached)) == sorted(
        [(ANA, False, "profile"), (DAVI, False, "profile"), (DAVI, True, "profile")]
    )


def test_a_purchase_moves_its_customer_with_load_as_the_reason(
    shop: Cast, today: dt.date, tmp_path: Path
) -> None:
    coats, parana = segment("Casacos", BOUGHT_A_COAT), segment("Paraná", FROM_PARANA)
    refresh()
    buy_a_coat(CARLA, today, tmp_path)
    fresh.poll()
    drain(SegmentRefresh)
    assert members_of(coats) == {BRUNO, CARLA, DAVI}
    assert moves_of(coats) == [(CARLA, True, "load")]
    assert moves_of(parana) == []
    coats.refresh_from_db()
    assert coats.value == Decimal("2680.00") + Decimal("49.90") + Decimal("500.00")


def buy_a_coat(customer: int, today: dt.date, folder: Path) -> None:
    order = twelve_orders.Order(
        99, customer, twelve_orders.CENTRO, 0, (twelve_orders.Line(twelve_orders.COAT, 1, "500.00"),)
    )
    before, twelve_orders.ORDERS = twelve_orders.ORDERS, (order,)
    try:
        files = twelve_orders.parquet(today, folder / "coat")
    finally:
        twelve_orders.ORDERS = before
    facts().apply(LoadBatch(id=2, **files))
    scores_refresh.request("test")
    drain(Refresh)


def test_a_day_that_passes_moves_people_with_the_clock_as_the_reason(
    shop: Cast, today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    lately = segment(
        "Ultimos 30 dias", {"did": "bought", "op": "at_least", "value": 1, "period": {"last_days": 31}}
    )
    refresh()
    assert members_of(lately) == {ANA, CARLA, DAVI}
    tomorrow = today + dt.timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_a, **_k: tomorrow)
    fresh.poll()
    assert SegmentRefresh.objects.latest("pk").reason == "clock"
    drain(SegmentRefresh)
    assert members_of(lately) == {ANA, DAVI}
    assert moves_of(lately) == [(CARLA, False, "clock")]
    assert SegmentSize.objects.filter(segment=lately).count() == 2


def test_an_edited_rule_is_filled_anew_without_entries_or_exits(shop: Cast, calm: None) -> None:
    one, other = segment("Um", FROM_PARANA), segment("Outro", BOUGHT_A_COAT)
    refresh()
    one.rule = {"version": 1, "match": "none", "rules": [FROM_PARANA]}
    one.version += 1
    one.save()
    fresh.poll()
    drain(SegmentRefresh)
    assert SegmentRefresh.objects.latest("pk").reason == "rule"
    assert members_of(one) == {BRUNO, DAVI}
    assert members_of(other) == {BRUNO, DAVI}
    assert moves_of(one) == moves_of(other) == []
    one.refresh_from_db()
    assert one.counted_version == 2


def test_a_segment_put_away_loses_its_members_and_an_unreadable_one_keeps_them(
    shop: Cast, calm: None
) -> None:
    away, broken = segment("Fora", FROM_PARANA), segment("Quebrado", FROM_PARANA)
    refresh()
    Segment.objects.filter(pk=away.pk).update(archived_at=timezone.now())
    gone = {"version": 1, "match": "all", "rules": [{"field": "shoe_size", "op": "yes"}]}
    Segment.objects.filter(pk=broken.pk).update(rule=gone, version=2)
    fine = segment("Bom", BOUGHT_A_COAT)
    refresh("rule")
    assert members_of(away) == set()
    assert members_of(broken) == {ANA, CARLA}
    assert members_of(fine) == {BRUNO, DAVI}
    broken.refresh_from_db()
    assert "shoe_size" in broken.broken
    assert not fresh.uncounted().exists()
    Segment.objects.filter(pk=broken.pk).update(rule={"version": 1, "rules": [FROM_PARANA]}, version=3)
    refresh("rule")
    broken.refresh_from_db()
    assert (broken.broken, broken.people) == ("", 2)


def test_who_is_erased_merged_or_set_apart_leaves(shop: Cast, calm: None) -> None:
    everybody = segment("Todos")
    refresh()
    shop.carla.delete()
    done = refresh("profile")
    assert members_of(everybody) == {ANA, BRUNO, DAVI}
    assert done.people == facts().rows(profiles.agg(n=profiles.count()))[0]["n"] == 3


@pytest.mark.postgres
def test_facts_in_postgresql_keep_the_same_members_and_moves(
    cast: Cast,
    calm: None,
    today: dt.date,
    tmp_path: Path,
    postgres_url: str,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "MANY", 3)
    settings.WAREHOUSE_URL = f"{postgres_url}/postgres?schema=segments_{secrets.token_hex(4)}"
    publish_twelve_orders(settings.WAREHOUSE_URL, today, tmp_path / "twelve")
    parana, coats = segment("Paraná", FROM_PARANA), segment("Casacos", BOUGHT_A_COAT)
    often = segment("Duas vezes", {"did": "bought", "op": "at_least", "value": 2})
    refresh()
    assert (members_of(parana), members_of(coats)) == ({ANA, CARLA}, {BRUNO, DAVI})
    assert members_of(often) == {ANA, BRUNO}
    correct(cast.bruno, state="PR")
    refresh("profile")
    buy_a_coat(CARLA, today, tmp_path)
    refresh("load")
    assert moves_of(parana) == [(BRUNO, True, "profile")]
    assert moves_of(coats) == moves_of(often) == [(CARLA, True, "load")]
    assert refresh(is_full=True).differed == 0
    often.refresh_from_db()
    assert (often.people, often.value) == (3, Decimal("740.00") + Decimal("1900.00") + Decimal("549.90"))


def test_nothing_moved_asks_for_nothing(shop: Cast, calm: None) -> None:
    segment("Paraná", FROM_PARANA)
    fresh.poll()
    assert drain(SegmentRefresh) == 1
    version = facts().version()
    fresh.poll()
    assert not SegmentRefresh.objects.filter(status="waiting").exists()
    refresh()
    assert facts().version() == version


def test_after_one_that_failed_for_good_nobody_asks_for_an_hour(shop: Cast) -> None:
    failed = SegmentRefresh.objects.create(reason="load", status="dead", finished_at=timezone.now())
    fresh.poll()
    assert SegmentRefresh.objects.count() == 1
    SegmentRefresh.objects.filter(pk=failed.pk).update(finished_at=timezone.now() - REST)
    fresh.poll()
    assert SegmentRefresh.objects.filter(status="waiting").count() == 1


def test_records_rest_a_while_before_they_are_read_again(shop: Cast, calm: None) -> None:
    refresh()
    correct(shop.bruno, state="PR")
    fresh.poll()
    assert not SegmentRefresh.objects.filter(status="waiting").exists()
    SegmentRefresh.objects.update(finished_at=timezone.now() - fresh.PAUSE)
    fresh.poll()
    assert SegmentRefresh.objects.get(status="waiting").reason == "profile"


def test_the_nightly_one_finds_what_was_kept_wrong_and_says_how_much(shop: Cast, calm: None) -> None:
    parana = segment("Paraná", FROM_PARANA)
    refresh()
    Customer.objects.filter(pk=shop.bruno.pk).update(state="PR")  # behind the change log's back
    fresh.nightly()
    drain(SegmentRefresh)
    done = SegmentRefresh.objects.latest("pk")
    assert (done.is_full, done.differed) == (True, 1)
    assert members_of(parana) == {ANA, BRUNO, CARLA}
    fresh.nightly()
    drain(SegmentRefresh)
    assert SegmentRefresh.objects.latest("pk").differed == 0


def test_a_refresh_that_dies_leaves_the_members_of_before(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    parana = segment("Paraná", FROM_PARANA)
    refresh()
    version = facts().version()
    Segment.objects.filter(pk=parana.pk).update(
        rule={"version": 1, "match": "none", "rules": [FROM_PARANA]}, version=2
    )
    monkeypatch.setattr("recompra.segments.refresh.size.figures", lambda *_a: 1 / 0)
    fresh.ask("rule")
    drain(SegmentRefresh)
    assert SegmentRefresh.objects.latest("pk").failures == 1
    assert facts().version() == version
    assert members_of(parana) == {ANA, CARLA}


def test_moves_of_long_ago_are_forgotten(shop: Cast, calm: None) -> None:
    parana = segment("Paraná", FROM_PARANA)
    refresh()
    correct(shop.bruno, state="PR")
    refresh("profile")
    old = moves.mutate(moved_at=moves.moved_at - ibis.interval(days=400))
    facts().replace("moves", old)
    correct(shop.ana, state="SC")
    refresh("profile", is_full=True)
    assert moves_of(parana) == [(ANA, False, "profile")]


CHANGES: tuple[Callable[[Cast, random.Random], None], ...] = (
    lambda shop, chance: correct(person(shop, chance), state=chance.choice(["PR", "SP", "BA"])),
    lambda shop, chance: correct(person(shop, chance), sex=chance.choice(["F", "M", ""])),
    lambda shop, chance: revoke(person(shop, chance), "marketing", chance.choice(["", "email"])) and None,
    lambda shop, chance: block(person(shop, chance), [chance.choice(Block.Function.values)], "x") and None,
    lambda shop, chance: lift(Block.objects.all()) and None,
)


def person(shop: Cast, chance: random.Random) -> Customer:
    return chance.choice([shop.ana, shop.bruno, shop.carla, shop.davi])


@pytest.mark.parametrize("seed", range(4))
def test_step_by_step_comes_to_the_same_as_from_nothing(
    shop: Cast, calm: None, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where so many enter that they are written segment by segment."""
    chance = random.Random(seed)
    monkeypatch.setattr(turns, "MANY", (turns.MANY, 1)[seed % 2])
    kept = [
        segment("Paraná ou casaco", FROM_PARANA, BOUGHT_A_COAT, match="any"),
        segment("Alcançáveis", REACHABLE, {"field": "sex", "op": "one_of", "value": ["F"]}),
        segment("Bloqueados", {"field": "blocked_messages", "op": "yes"}),
        segment("Nada de casaco", BOUGHT_A_COAT, REACHABLE, match="none"),
        *[segment(f"Sempre {number}") for number in range(65)],  # more than one word of bits
    ]
    refresh()
    for _step in range(4):
        chance.choice(CHANGES)(shop, chance)
        refresh("profile")
        for one in kept[:4]:
            told = people_of(read(one.rule), as_of=timezone.localdate()).select("customer_key")
            assert members_of(one) == {row["customer_key"] for row in facts().rows(told)}
    done = refresh(is_full=True)
    assert done.differed == 0
    assert len(members_of(kept[-1])) == 4


@pytest.mark.once
def test_nothing_that_names_a_person_enters_the_facts_or_stays_beside_them(
    shop: Cast, tmp_path: Path
) -> None:
    Customer.objects.filter(pk=shop.ana.pk).update(street="Rua das Acácias Mimosas", marital_status="Casada")
    segment("Paraná", FROM_PARANA)
    refresh()
    told = {
        "name": "Ana Beatriz Souza",
        "cpf": "52998224725",
        "mobile": "41987654321",
        "email": "ana@example.com",
        "birth date": "1990-03-14",
        "street": "Acácias Mimosas",
        "public id": str(shop.ana.public_id),
    }
    hits, files = Scanner(told).tree(tmp_path / "facts")
    assert hits == []
    assert files >= 2
    assert not list((tmp_path / "segments").glob("*"))
    assert facts().rows(people.filter(people.customer_key == ANA))[0]["marital_status"] == "married"
