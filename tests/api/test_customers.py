"""Customers through the API: who is seen, how much of them, and what stays behind in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from recompra.accounts.api_keys.issue import issue, revoke
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.models import AccessLog
from recompra.customers.identity.merge import merge
from recompra.customers.models import Customer
from recompra.customers.roll import people_in
from tests.api.conftest import System
from tests.cast import Cast

Made = Callable[..., System]


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [one["id"] for one in answer["customers"]]


def test_the_list_goes_by_name_and_page_by_page(shop: Cast, system: Made) -> None:
    erp, seen, place = system("customers:read"), [], ""
    for _page in range(2):
        status, answer = erp.get("customers", limit=2, cursor=place)
        assert status == 200
        seen += [one["name"] for one in answer["customers"]]
        place = answer["next"] or ""
    assert seen == ["Ana Beatriz Souza", "Bruno Álvares Lima", "Carla Nogueira", "Davi Peixoto"]
    assert place == ""


def test_without_the_scope_documents_and_contacts_are_masked(shop: Cast, system: Made) -> None:
    _status, ana = system("customers:read").get(f"customers/{shop.ana.public_id}")
    assert ana["is_masked"] is True
    assert (ana["cpf"], ana["email"], ana["mobile"]) == (
        "•••.982.247-••",
        "a•••@example.com",
        "(41) •••••-4321",
    )
    assert ana["birth_date"] == "••/03/••••"
    assert (ana["orders"], ana["ltv"], ana["store"]) == (5, "740.00", shop.centro.pk)


def test_with_the_scope_they_are_whole(shop: Cast, system: Made) -> None:
    _status, ana = system("customers:read", "customers:personal").get(f"customers/{shop.ana.public_id}")
    assert ana["is_masked"] is False
    assert (ana["cpf"], ana["email"], ana["birth_date"]) == ("52998224725", "ana@example.com", "1990-03-14")


def test_of_two_addresses_the_newer_one_is_told_unless_one_is_preferred(shop: Cast, system: Made) -> None:
    erp = system("customers:read", "customers:personal")
    shop.ana.contact_points.create(kind="email", value="ana@nova.example", match_key="ana@nova.example")
    assert erp.get(f"customers/{shop.ana.public_id}")[1]["email"] == "ana@nova.example"
    shop.ana.contact_points.filter(value="ana@example.com").update(is_preferred=True)
    assert erp.get(f"customers/{shop.ana.public_id}")[1]["email"] == "ana@example.com"


def test_filters_are_those_of_the_page(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    assert ids(erp.get("customers", sort="ltv")[1]) == [
        str(one.public_id) for one in (shop.bruno, shop.davi, shop.ana, shop.carla)
    ]
    of_online = erp.get("customers", store=shop.online.pk)[1]
    assert set(ids(of_online)) == {str(shop.davi.public_id)} | (
        set(ids(of_online)) & {str(shop.bruno.public_id)}
    )
    segment = shop.davi.standing.segment
    told = erp.get("customers", segment=segment)[1]["customers"]
    assert told
    assert {one["segment"] for one in told} == {segment}


def test_what_changed_since_a_moment_is_found_in_a_walk_that_does_not_move(shop: Cast, system: Made) -> None:
    erp, moment = system("customers:read"), timezone.now()
    Customer.objects.filter(pk__in=[shop.ana.pk, shop.davi.pk]).update(updated_at=moment)
    Customer.objects.exclude(pk__in=[shop.ana.pk, shop.davi.pk]).update(
        updated_at=moment - dt.timedelta(days=9)
    )
    _status, first = erp.get("customers", updated_since=moment.isoformat(), limit=1)
    _status, last = erp.get("customers", updated_since=moment.isoformat(), limit=1, cursor=first["next"])
    assert ids(first) + ids(last) == [str(shop.ana.public_id), str(shop.davi.public_id)]
    assert last["next"] is None
    assert erp.get("customers", updated_since=moment.isoformat(), sort="ltv")[0] == 422
    assert erp.get("customers", updated_since="2026-10-31T14:00:00")[0] == 422, "a moment without zone"


def test_a_key_of_one_store_sees_its_customers_alone(shop: Cast, system: Made) -> None:
    centro = system("customers:read", stores=[shop.centro])
    everybody = system("customers:read")
    for asked in ({}, {"sort": "ltv"}, {"store": shop.online.pk}, {"updated_since": "2000-01-01T00:00:00Z"}):
        assert str(shop.davi.public_id) not in ids(centro.get("customers", **asked)[1]), asked
    assert str(shop.ana.public_id) in ids(centro.get("customers")[1])
    assert centro.get(f"customers/{shop.davi.public_id}")[0] == 404
    assert everybody.get(f"customers/{shop.davi.public_id}")[0] == 200


def test_who_is_nobody_is_not_found(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    Customer.objects.filter(pk=shop.carla.pk).update(apart="shared")
    merge(shop.ana, shop.bruno, by=shop.otavio)
    assert erp.get(f"customers/{shop.carla.public_id}")[0] == 404
    assert str(shop.bruno.public_id) not in ids(erp.get("customers")[1])


def test_a_merged_record_leads_to_the_kept_one(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    merge(shop.ana, shop.bruno, by=shop.otavio)
    status, _nothing = erp.ask("get", f"customers/{shop.bruno.public_id}")
    assert status == 308


def test_each_page_of_people_stands_in_the_access_log_with_its_roll(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    erp.get("customers", limit=3)
    entry = AccessLog.objects.latest("id")
    assert (entry.action, entry.count, entry.staff) == ("api_customers", 3, None)
    assert entry.reason == f"ERP ({erp.key.prefix})"
    assert people_in(entry) == {shop.ana.pk, shop.bruno.pk, shop.carla.pk}
    erp.get(f"customers/{shop.ana.public_id}")
    entry = AccessLog.objects.latest("id")
    assert (entry.action, entry.customer_id, entry.count) == ("api_customer", shop.ana.pk, 1)


def test_a_cursor_is_good_for_its_own_question_and_key_alone(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    place = erp.get("customers", limit=1)[1]["next"]
    assert erp.get("customers", limit=2, cursor=place)[0] == 200, "the size of the page is no question"
    other = System(*issue(shop.otavio, "BI", ["customers:read"]))
    middle = len(place) // 2
    bent = place[:middle] + ("A" if place[middle] != "A" else "B") + place[middle + 1 :]
    for system_, asked in (
        (erp, {"cursor": place, "sort": "ltv"}),
        (erp, {"cursor": bent}),
        (erp, {"cursor": "é"}),
        (erp, {"cursor": "x" * 5_000}),
        (other, {"cursor": place}),
    ):
        status, answer = system_.get("customers", **asked)
        assert (status, answer["error"]["field"]) == (422, "cursor"), asked


def test_a_cursor_of_somebody_who_was_erased_does_not_begin_again_in_silence(
    shop: Cast, system: Made
) -> None:
    erp = system("customers:read")
    place = erp.get("customers", limit=1)[1]["next"]
    Customer.objects.filter(pk=shop.ana.pk).update(public_id="00000000-0000-4000-8000-000000000000")
    assert erp.get("customers", cursor=place)[0] == 422


@pytest.mark.parametrize("end", ["revoked", "expired", "unknown", "none"])
def test_a_key_that_is_closed_opens_nothing(shop: Cast, system: Made, end: str) -> None:
    erp = system("customers:read")
    assert erp.get("customers")[0] == 200
    if end == "revoked":
        revoke(shop.otavio, erp.key)
    elif end == "expired":
        ApiKey.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    else:
        erp.secret = "rc_abcdefgh_unknown" if end == "unknown" else ""
    status, answer = erp.get("customers")
    assert (status, answer["error"]["code"]) == (401, "unauthorized")


def test_a_key_asks_so_often_in_a_minute_and_then_waits(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    ApiKey.objects.update(per_minute=3)
    statuses = [erp.get("customers", limit=1)[0] for _try in range(3)]
    assert statuses[:3] == [200] * 3
    ApiKey.objects.update(per_minute=0)
    assert 429 in [erp.get("customers", limit=1)[0] for _try in range(3)]


def test_no_answer_of_a_key_is_kept_on_the_way(shop: Cast, system: Made) -> None:
    bearer = {"Authorization": f"Bearer {system().secret}"}
    for path in ("customers", "metrics", "segments", f"customers/{shop.ana.public_id}"):
        assert Client().get(f"/api/{path}", headers=bearer)["Cache-Control"] == "no-store"


def test_errors_speak_portuguese_and_repeat_nothing(shop: Cast, system: Made) -> None:
    erp = system("customers:read")
    status, answer = erp.get("customers", limit="52998224725x")
    assert status == 422
    assert answer == {
        "error": {"code": "invalid", "message": "Isto precisa ser um número inteiro.", "field": "limit"}
    }
    assert erp.get("nada")[1] == {"error": {"code": "not_found", "message": "Não há nada neste endereço."}}
    assert erp.ask("post", "customers")[1]["error"]["code"] == "method"
