"""The twelve orders become everybody's scores and standings; a second refresh writes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone

from recompra.customers import cuts, refresh
from recompra.customers.keys import CustomerKey
from recompra.customers.models import Customer, Refresh, RfmCuts, Standing
from recompra.warehouse.engine import LoadBatch, WriterBusy, engine
from recompra.warehouse.schema import scores
from recompra.work.claim import claim, run
from recompra.work.drain import drain
from tests import twelve_orders
from tests.cast import Cast


def again() -> Refresh:
    row = refresh.request("test")
    drain(Refresh, raising=True)
    row.refresh_from_db()
    return row


def test_ana_stands_where_her_orders_put_her(shop: Cast, today: dt.date) -> None:
    standing = Standing.objects.get(customer=shop.ana)
    assert standing.ltv == Decimal("740.00")
    assert (standing.orders, standing.frequency) == (5, 5)
    assert standing.last_on == today - dt.timedelta(days=12)
    assert standing.first_on == today - dt.timedelta(days=300)
    assert standing.mean_interval_days == Decimal("72.00")
    assert standing.store == shop.centro


def test_everybody_who_bought_has_a_standing_and_the_nameless_sale_has_none(shop: Cast) -> None:
    assert Standing.objects.count() == 4
    assert {str(money) for money in Standing.objects.values_list("ltv", flat=True)} == {
        "740.00",
        "1900.00",
        "49.90",
        "780.00",
    }


def test_a_refresh_that_finds_nothing_new_writes_nothing(shop: Cast) -> None:
    row = again()
    assert row.status == Refresh.Status.DONE
    assert (row.people, row.changed) == (4, 0)
    assert RfmCuts.objects.count() == 1


def test_wishes_are_gathered_while_one_waits(cast: Cast) -> None:
    first = refresh.request("import")
    assert refresh.request("cuts") == first
    assert Refresh.objects.count() == 1


def test_without_any_facts_a_refresh_ends_well(cast: Cast) -> None:
    assert again().status == Refresh.Status.DONE
    assert RfmCuts.objects.count() == 0


def test_a_torn_key_leaves_the_scores_and_gives_nobody_a_standing(shop: Cast) -> None:
    Standing.objects.all().delete()
    CustomerKey.objects.filter(customer=shop.carla).delete()
    row = again()
    assert (row.people, row.changed) == (3, 3)
    facts = engine(settings.WAREHOUSE_URL)
    assert facts.rows(scores.aggregate(n=scores.count()))[0]["n"] == 4


def test_who_has_no_purchase_left_loses_the_standing(shop: Cast) -> None:
    extra = Customer.objects.create(name="Sem compra")
    CustomerKey.objects.create(customer=extra, key=77)
    template = Standing.objects.get(customer=shop.carla)
    template.pk = extra.pk
    template.save(force_insert=True)
    row = again()
    assert not Standing.objects.filter(customer=extra).exists()
    assert (row.people, row.changed) == (4, 1)


def test_a_store_that_is_gone_becomes_none(shop: Cast) -> None:
    shop.lucia.stores.clear()
    shop.online.delete()
    again()
    assert Standing.objects.get(customer=shop.davi).store is None


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_refresh_killed_between_chunks_is_finished_by_the_next(
    shop: Cast, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    from recompra.customers import standing

    Standing.objects.all().delete()
    monkeypatch.setattr(standing, "CHUNK", 1)
    real, writes = standing.write, []

    def dies(rows: list[standing.Row]) -> int:
        writes.append(1)
        if len(writes) > after:
            raise KeyboardInterrupt
        return real(rows)

    monkeypatch.setattr(standing, "write", dies)
    refresh.request("test")
    with pytest.raises(KeyboardInterrupt):
        drain(Refresh, raising=True)
    assert Standing.objects.count() == after
    monkeypatch.undo()
    Refresh.objects.all().delete()
    assert (again().changed, Standing.objects.count()) == (4 - after, 4)


def test_only_what_differs_is_written(shop: Cast) -> None:
    Standing.objects.filter(customer=shop.ana).update(ltv=1, mean_interval_days=None, store=shop.online)
    Standing.objects.filter(customer=shop.bruno).update(last_on=dt.date(2001, 1, 1))
    assert again().changed == 2
    assert Standing.objects.get(customer=shop.ana).ltv == Decimal("740.00")
    assert Standing.objects.get(customer=shop.ana).mean_interval_days == Decimal("72.00")
    assert again().changed == 0


def test_while_somebody_else_writes_the_facts_a_refresh_waits_for_its_turn(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: object) -> str:
        raise WriterBusy

    row = refresh.request("test")
    monkeypatch.setattr(type(engine(settings.WAREHOUSE_URL)), "replace", busy)
    [claimed] = claim(Refresh, "somebody")
    assert run(claimed) == Refresh.Status.WAITING
    monkeypatch.undo()
    row.refresh_from_db()
    assert (row.failures, row.error) == (0, "")
    assert row.due_at > timezone.now()


def test_new_facts_move_the_automatic_cuts_to_a_new_version(shop: Cast, today: dt.date, tmp_path) -> None:  # type: ignore[no-untyped-def]
    batch = twelve_orders.parquet(today - dt.timedelta(days=3), tmp_path / "later", batch=2)
    engine(settings.WAREHOUSE_URL).apply(LoadBatch(id=2, **batch))
    row = again()
    assert row.cuts_version == 2
    assert {found.mode for found in RfmCuts.objects.all()} == {RfmCuts.Mode.AUTOMATIC}


def test_cuts_chosen_by_the_shop_stay(shop: Cast) -> None:
    in_force = cuts.in_force()
    assert in_force is not None
    before = cuts.edges_of(in_force)
    chosen = cuts.Cuts((90, 60, 30, 10), before.frequency, before.monetary, before.fixed_frequency)
    seen = cuts.preview(chosen)
    assert seen.customers == 4
    written = cuts.decide(chosen, shop.otavio)
    row = again()
    assert row.cuts_version == written.version == 2
    assert written.decided_by == shop.otavio
    assert again().cuts_version == 2
    after = dict(Standing.objects.values_list("customer__name", "recency_score"))
    assert after == {"Ana Beatriz Souza": 4, "Bruno Álvares Lima": 1, "Carla Nogueira": 4, "Davi Peixoto": 5}


def test_a_preview_tells_how_many_people_change_group_and_writes_nothing(shop: Cast) -> None:
    in_force = cuts.in_force()
    assert in_force is not None
    same = cuts.preview(cuts.edges_of(in_force))
    assert (same.customers, same.changed) == (4, 0)
    harsh = cuts.Cuts((4, 3, 2, 1), (50, 60, 70, 80), (Decimal(10**6),) * 4)  # type: ignore[arg-type]
    seen = cuts.preview(harsh)
    assert {then for _now, then in seen.moves} == {"inactive"}
    assert cuts.preview(harsh, window_days=30).customers == 4
    assert RfmCuts.objects.count() == 1


def test_the_shop_may_hand_the_cuts_back_to_the_facts(shop: Cast) -> None:
    cuts.decide(cuts.Cuts((90, 60, 30, 10), (2, 3, 4, 5), (Decimal(1),) * 4), shop.otavio)  # type: ignore[arg-type]
    back = cuts.decide_automatic(shop.otavio, window_days=365)
    assert (back.version, back.mode, back.window_days) == (3, RfmCuts.Mode.AUTOMATIC, 365)
    assert again().cuts_version == 3
