"""Two records of one person become one, with everything that hangs on them, and are given back whole."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as calm
from hypothesis import strategies as st

from recompra.accounts.models import AccessLog
from recompra.customers import refresh
from recompra.customers.identity import purchases
from recompra.customers.identity.merge import merge, movers, unmerge
from recompra.customers.keys import CustomerKey
from recompra.customers.models import (
    Address,
    Change,
    ContactAttempt,
    ContactPoint,
    Customer,
    Duplicate,
    ExternalId,
    Merge,
    MergeOrders,
    Note,
    Refresh,
    Standing,
)
from recompra.theme.refused import Refused
from recompra.warehouse.dialect import arrow_schema
from recompra.warehouse.engine import LoadBatch, engine
from recompra.warehouse.schema import TABLES, order_items, orders
from recompra.work.claim import claim, run
from recompra.work.drain import drain
from tests import twelve_orders
from tests.cast import Cast

UNTOLD = {"version", "updated_at"}
"""Columns that an undo does not turn back: the record was written, and says so."""


@pytest.fixture
def ana_again(shop: Cast) -> Customer:
    """Ana without CPF, as another till wrote her: her mobile, a maiden name, one order of her own."""
    twin = Customer.objects.create(
        name="Ana Beatriz Lima", name_key="ana beatriz lima", rg="12.345", rg_key="12345", city="Curitiba"
    )
    CustomerKey.objects.create(customer=twin, key=777)
    ContactPoint.objects.create(
        customer=twin, kind="mobile", value="5541987654321", match_key="8765432141", use="service"
    )
    ContactPoint.objects.create(
        customer=twin, kind="email", value="ab@example.org", match_key="ab@example.org"
    )
    ExternalId.objects.create(customer=twin, source="erp", value="C-9")
    Address.objects.create(customer=twin, kind="home", street="Rua das Flores")
    Note.objects.create(customer=twin, text="prefere tarde", author=shop.saulo)
    ContactAttempt.objects.create(customer=twin, staff=shop.lucia)
    return twin


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of this room that a merge may touch."""
    models = (Customer, ContactPoint, ExternalId, Address, Note, ContactAttempt, CustomerKey, Standing)
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in UNTOLD}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def facts() -> dict[str, list[dict[str, Any]]]:
    store = engine(settings.WAREHOUSE_URL)
    order = {"orders": ["order_key"], "order_items": ["order_key", "line"]}
    return {
        table.get_name(): store.rows(table.drop("batch").order_by(order[table.get_name()]))
        for table in (orders, order_items)
    }


def keys_of_orders() -> dict[int, int]:
    store = engine(settings.WAREHOUSE_URL)
    return {row["order_key"]: row["customer_key"] for row in store.rows(orders)}


def buys(key: int, folder: Path, today: dt.date, *, batch: int, order: int) -> None:
    """One more order of this customer key, made of the first of the twelve."""
    given = twelve_orders.parquet(today, folder / f"source-{batch}", batch=batch)
    (folder / f"own-{batch}").mkdir()
    found = {}
    for name in ("orders", "order_items"):
        table = pq.read_table(given[name]).slice(0, 1)
        for column, value in (("customer_key", key), ("order_key", order)):
            place = table.schema.get_field_index(column)
            table = table.set_column(place, table.schema.field(place), pa.array([value], pa.int64()))
        found[name] = folder / f"own-{batch}" / f"{name}.parquet"
        pq.write_table(table, found[name])
    engine(settings.WAREHOUSE_URL).apply(LoadBatch(id=batch, **found))


def settle() -> None:
    """Everything that waits is done, and everybody is scored anew."""
    drain(MergeOrders, raising=True)
    refresh.request("test")
    drain(Refresh, raising=True)


def test_everything_that_hangs_on_the_other_moves(shop: Cast, ana_again: Customer) -> None:
    done = merge(shop.ana, ana_again, by=shop.saulo)
    kept = Customer.objects.get(pk=shop.ana.pk)
    assert (kept.name, kept.rg, kept.cpf) == ("Ana Beatriz Souza", "12.345", "52998224725")
    assert done.took == ["rg"]
    assert set(kept.contact_points.values_list("value", "use")) == {
        ("5541987654321", "service"), ("ana@example.com", "any"), ("ab@example.org", "any"),
    }  # fmt: skip
    assert kept.external_ids.get().value == "C-9"
    assert kept.notes.get().text == "prefere tarde"
    assert kept.addresses.count() == kept.contact_attempts.count() == 1
    ana_again.refresh_from_db()
    assert ana_again.merged_into == kept
    assert AccessLog.objects.filter(action="merge", customer_id=kept.pk, staff=shop.saulo).exists()
    change = Change.objects.get(pk=done.change)
    assert (change.origin, [one["field"] for one in change.fields]) == ("merge", ["rg"])


def test_a_merge_and_its_undo_leave_every_row_as_before(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    buys(777, tmp_path, today, batch=9, order=901)
    settle()
    before = rows(), facts()
    done = merge(shop.ana, ana_again, by=shop.saulo, take=["name", "rg"])
    settle()
    assert keys_of_orders()[901] == twelve_orders.ANA
    assert Customer.objects.get(pk=shop.ana.pk).name == "Ana Beatriz Lima"
    unmerge(done, by=shop.saulo)
    settle()
    assert (rows(), facts()) == before


def test_purchases_follow_and_the_sums_stay(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    buys(777, tmp_path, today, batch=9, order=901)
    store = engine(settings.WAREHOUSE_URL)
    total = orders.aggregate(net=orders.net.sum(), n=orders.count())
    before = store.rows(total)
    merge(shop.ana, ana_again, by=None)
    settle()
    assert store.rows(total) == before
    assert set(keys_of_orders().values()).isdisjoint({777})
    assert Merge.objects.get().order_keys == [901]
    assert not Merge.objects.get().is_moving
    assert Standing.objects.get(customer=shop.ana).orders == 6
    store.rebuild()
    assert keys_of_orders()[901] == twelve_orders.ANA


def test_what_came_after_the_merge_stays_with_the_kept_one(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    buys(777, tmp_path, today, batch=9, order=901)
    done = merge(shop.ana, ana_again, by=None)
    settle()
    buys(twelve_orders.ANA, tmp_path, today, batch=10, order=902)
    Note.objects.create(customer=shop.ana, text="voltou")
    unmerge(done, by=None)
    settle()
    assert {key: owner for key, owner in keys_of_orders().items() if key > 900} == {
        901: 777,
        902: twelve_orders.ANA,
    }
    assert Note.objects.get(text="voltou").customer == shop.ana


def test_an_import_under_way_that_still_used_the_old_key_is_followed(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    merge(shop.ana, ana_again, by=None)
    settle()
    buys(777, tmp_path, today, batch=9, order=901)
    settle()
    drain(raising=True)
    assert keys_of_orders()[901] == twelve_orders.ANA
    assert not Standing.objects.filter(customer=ana_again).exists()


def test_killed_after_the_facts_were_written_the_next_turn_finds_nothing_to_do(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buys(777, tmp_path, today, batch=9, order=901)
    merge(shop.ana, ana_again, by=None)
    real = purchases._apply

    def dies(*given: Any) -> None:
        real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(purchases, "_apply", dies)
    with pytest.raises(KeyboardInterrupt):
        drain(MergeOrders)
    monkeypatch.undo()
    version = engine(settings.WAREHOUSE_URL).version()
    assert Merge.objects.get().is_moving
    drain(MergeOrders, raising=True)
    assert engine(settings.WAREHOUSE_URL).version() == version
    assert (Merge.objects.get().is_moving, Merge.objects.get().order_keys) == (False, [901])


def test_an_undo_before_the_purchases_moved_leaves_them_where_they_were(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    buys(777, tmp_path, today, batch=9, order=901)
    before = facts()
    unmerge(merge(shop.ana, ana_again, by=None), by=None)
    drain(raising=True)
    assert facts() == before
    assert not Merge.objects.get().is_moving


def test_three_records_become_one_and_come_apart_in_the_opposite_order(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    third = Customer.objects.create(name="A. B. Souza", name_key="a b souza")
    CustomerKey.objects.create(customer=third, key=778)
    buys(777, tmp_path, today, batch=9, order=901)
    buys(778, tmp_path, today, batch=10, order=902)
    settle()
    before = rows(), facts()
    first = merge(ana_again, third, by=None)
    second = merge(shop.ana, ana_again, by=None)
    settle()
    assert {keys_of_orders()[901], keys_of_orders()[902]} == {twelve_orders.ANA}
    third.refresh_from_db()
    assert third.merged_into == shop.ana
    with pytest.raises(Refused, match="de novo"):
        unmerge(first, by=None)
    unmerge(second, by=None)
    unmerge(first, by=None)
    settle()
    assert (rows(), facts()) == before


def test_the_second_of_two_merges_at_once_gets_a_sentence(shop: Cast, ana_again: Customer) -> None:
    stale = Customer.objects.get(pk=ana_again.pk)
    done = merge(shop.ana, ana_again, by=None)
    with pytest.raises(Refused, match="acabou de ser unido"):
        merge(shop.bruno, stale, by=None)
    with pytest.raises(Refused, match="acabou de ser unido"):
        merge(shop.ana, stale, by=None)
    unmerge(done, by=None)
    with pytest.raises(Refused, match="já foi desfeita"):
        unmerge(done, by=None)


def test_nobody_is_merged_with_themselves_or_with_a_company(shop: Cast) -> None:
    with pytest.raises(Refused):
        merge(shop.ana, shop.ana, by=None)
    company = Customer.objects.create(name="Padaria", cnpj="11222333000181")
    with pytest.raises(Refused, match="empresa"):
        merge(shop.ana, company, by=None)


def test_the_other_s_cpf_changes_places_and_comes_back(shop: Cast) -> None:
    done = merge(shop.ana, shop.bruno, by=None, take=["cpf"])
    assert Customer.objects.get(cpf="11144477735") == shop.ana
    assert Customer.objects.get(cpf="52998224725") == shop.bruno
    unmerge(done, by=None)
    assert Customer.objects.get(cpf="52998224725") == shop.ana


def test_a_field_corrected_after_the_merge_keeps_its_correction(shop: Cast, ana_again: Customer) -> None:
    done = merge(shop.ana, ana_again, by=None)
    Customer.objects.filter(pk=shop.ana.pk).update(rg="99.999")
    unmerge(done, by=None)
    assert Customer.objects.get(pk=shop.ana.pk).rg == "99.999"
    assert Customer.objects.get(pk=ana_again.pk).rg == "12.345"


def test_a_no_to_contact_holds_and_a_yes_of_the_other_is_not_taken_over(shop: Cast) -> None:
    done = merge(shop.ana, shop.carla, by=None)
    assert Customer.objects.get(pk=shop.ana.pk).accepts_contact is False
    unmerge(done, by=None)
    assert Customer.objects.get(pk=shop.ana.pk).accepts_contact is True
    merge(shop.bruno, shop.ana, by=None)
    assert Customer.objects.get(pk=shop.bruno.pk).accepts_contact is None


def test_a_pair_is_settled_and_the_other_s_pairs_wait_under_the_kept_record(
    shop: Cast, ana_again: Customer
) -> None:
    first, second = sorted((shop.ana.pk, ana_again.pk))
    pair = Duplicate.objects.create(first_id=first, second_id=second, score=90)
    waiting = Duplicate.objects.create(first=shop.bruno, second=ana_again, score=70)
    done = merge(shop.ana, ana_again, by=None)
    pair.refresh_from_db()
    assert pair.status == "merged"
    assert Duplicate.objects.filter(first=shop.ana, second=shop.bruno, score=70).exists()
    unmerge(done, by=None)
    pair.refresh_from_db()
    assert pair.status == "later"
    assert list(Duplicate.objects.exclude(pk=pair.pk)) == [waiting]


def test_purchases_wait_while_somebody_else_writes_the_facts(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    buys(777, tmp_path, today, batch=9, order=901)
    merge(shop.ana, ana_again, by=None)
    store: Any = engine(settings.WAREHOUSE_URL)
    if not hasattr(store, "folder"):
        pytest.skip("the lock of the DuckDB folder")
    with store.folder.writing():
        [row] = claim(MergeOrders, "somebody")
        assert run(row) == MergeOrders.Status.WAITING
    MergeOrders.objects.update(due_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    drain(MergeOrders, raising=True)
    assert keys_of_orders()[901] == twelve_orders.ANA


def test_visits_and_messages_follow_and_come_back(
    shop: Cast, ana_again: Customer, today: dt.date, tmp_path: Path
) -> None:
    noon = dt.datetime.combine(today, dt.time(12))
    shared = {"customer_key": 777, "occurred_at": noon, "occurred_on": today, "batch": 9}
    rows = {
        "visits": shared | {"visit_key": 31, "visitor_key": 5, "event": "page_view"},
        "events": shared | {"event_key": 32, "event": "email_opened", "channel": "email"},
    }
    files = {name: tmp_path / f"{name}.parquet" for name in rows}
    for name, row in rows.items():
        pq.write_table(pa.Table.from_pylist([row], schema=arrow_schema(TABLES[name].schema())), files[name])
    facts = engine(settings.WAREHOUSE_URL)
    facts.apply(LoadBatch.of(9, files))
    done = merge(shop.ana, ana_again, by=None)
    drain(MergeOrders, raising=True)
    assert {row["customer_key"] for name in rows for row in facts.rows(TABLES[name])} == {twelve_orders.ANA}
    unmerge(done, by=None)
    drain(MergeOrders, raising=True)
    assert {row["customer_key"] for name in rows for row in facts.rows(TABLES[name])} == {777}


def test_every_table_that_names_a_customer_is_moved_or_has_its_reason_to_stay() -> None:
    stays = {
        "customers.Change": "the history of both is shown together",
        "customers.CustomerKey": "the way back",
        "customers.Standing": "computed anew",
        "customers.Customer": "merged_into, moved by `absorbed`",
        "customers.Duplicate": "moved by `pairs`",
        "customers.Merge": "the way back",
        "customers.ApartDecision": "such a record is never merged",
        "customers.LookUp": "an answer kept for some days",
        "privacy.ConsentEvent": "said where it was said; a no is said again by `consents`",
        "privacy.Consent": "folded from the events",
        "privacy.IncidentPerson": "who was told, under which record",
    }
    moved = {
        "customers.ExternalId", "customers.Address", "customers.ContactPerson", "customers.CompanyRecord",
        "customers.Note", "customers.ContactAttempt", "customers.ContactPoint", "ingest.SeenPerson",
        "customers.Membership", "calls.Call",
        "privacy.Block", "privacy.PrivacyRequest", "privacy.LegalHold",
    }  # fmt: skip
    naming = {
        model._meta.label
        for model in apps.get_models()
        if any(field.related_model is Customer for field in model._meta.concrete_fields)
    }
    assert naming == moved | stays.keys()
    assert {path.rpartition(".")[2] for path, _move in movers()} >= {"belongings", "contact_points", "seen"}


@calm(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    take=st.sets(st.sampled_from(["name", "cpf", "rg", "birth_date", "city", "sex", "street"])),
    backwards=st.booleans(),
)
def test_whatever_is_chosen_the_undo_gives_all_of_it_back(
    shop: Cast, ana_again: Customer, take: set[str], backwards: bool
) -> None:
    before = {name: found for name, found in rows().items() if name != "Standing"}
    kept, gone = (ana_again, shop.ana) if backwards else (shop.ana, ana_again)
    unmerge(merge(kept, gone, by=None, take=take), by=None)
    assert {name: found for name, found in rows().items() if name != "Standing"} == before


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_merge_one_record_in_the_same_moment_one_is_told(cast: Cast) -> None:
    start, told = threading.Barrier(2), []

    def unite(kept: Customer) -> None:
        start.wait()
        try:
            merge(kept, cast.carla, by=None)
        except Refused as refused:
            told.append(refused.sentence)
        finally:
            connection.close()

    both = [threading.Thread(target=unite, args=[kept]) for kept in (cast.ana, cast.bruno)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1
    assert Merge.objects.count() == 1
    assert ContactPoint.objects.filter(customer=cast.carla).count() == 0
