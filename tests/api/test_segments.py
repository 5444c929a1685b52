"""Segments through the API, against plain counts of the twelve orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recompra.accounts.models import AccessLog
from recompra.segments.models import Segment, SegmentRefresh
from recompra.work.drain import drain
from tests import twelve_orders
from tests.api.conftest import System
from tests.cast import Cast

Made = Callable[..., System]
EVERYBODY: dict[str, Any] = {"version": 1, "match": "all", "rules": []}


def bought(least: int, **asked: Any) -> dict[str, Any]:
    """A rule: at least so many sales."""
    did = {"did": "bought", "measure": "orders", "op": "at_least", "value": least, **asked}
    return {"version": 1, "match": "all", "rules": [did]}


def buyers(least: int, store: int | None = None) -> int:
    """A plain count over the twelve orders."""
    count: dict[int, int] = {}
    for order in twelve_orders.ORDERS:
        if (
            order.customer
            and order.kind == "sale"
            and not order.is_cancelled
            and store in (None, order.store)
        ):
            count[order.customer] = count.get(order.customer, 0) + 1
    return sum(1 for number in count.values() if number >= least)


@pytest.mark.parametrize("least", [1, 2, 3, 6])
def test_a_rule_is_counted_as_a_plain_count_does(known_shop: Cast, system: Made, least: int) -> None:
    status, answer = system().ask("post", "segments/count", {"rule": bought(least)})
    assert (status, answer["people"], answer["base"]) == (200, buyers(least), 4)
    assert answer["sentence"]


def test_a_key_of_one_store_counts_its_people_and_sales_alone(known_shop: Cast, system: Made) -> None:
    centro = system(stores=[known_shop.centro])
    _status, answer = centro.ask("post", "segments/count", {"rule": bought(1)})
    assert answer["people"] <= buyers(1, twelve_orders.CENTRO) < buyers(1)
    _status, answer = centro.ask("post", "segments/count", {"rule": bought(1, stores=[twelve_orders.ONLINE])})
    assert answer["people"] == 0


def test_a_segment_is_made_read_changed_and_archived(known_shop: Cast, system: Made) -> None:
    crm = system()
    given = {"name": "Fiéis", "folder": "CRM", "rule": bought(2)}
    status, made = crm.ask("post", "segments", given)
    assert (status, made["name"], made["version"]) == (201, "Fiéis", 1)
    address = f"segments/{made['id']}"
    assert crm.get(address)[1] == made
    status, changed = crm.ask("put", address, given | {"description": "duas ou mais"}, **{"If-Match": '"1"'})
    assert (status, changed["version"], changed["description"]) == (200, 2, "duas ou mais")
    assert [one["id"] for one in crm.get("segments")[1]["segments"] if one["folder"] == "CRM"] == [made["id"]]
    assert crm.ask("delete", address, **{"If-Match": '"2"'}) == (204, None)
    assert crm.get(address)[0] == 404
    assert Segment.objects.get(public_id=made["id"]).archived_at is not None


def test_two_editors_do_not_overwrite_each_other(known_shop: Cast, system: Made) -> None:
    crm = system()
    given = {"name": "Fiéis", "rule": bought(2)}
    address = f"segments/{crm.ask('post', 'segments', given)[1]['id']}"
    assert crm.ask("put", address, given | {"name": "Fiéis 2"}, **{"If-Match": '"1"'})[0] == 200
    status, answer = crm.ask("put", address, given | {"name": "Fiéis 3"}, **{"If-Match": '"1"'})
    assert (status, answer["error"]["code"]) == (412, "version_changed")
    assert crm.ask("delete", address, **{"If-Match": '"1"'})[0] == 412
    status, answer = crm.ask("put", address, given)
    assert (status, answer["error"]["field"]) == (428, "If-Match")
    assert crm.get(address)[1]["name"] == "Fiéis 2"


def test_a_name_stands_once_in_a_folder(known_shop: Cast, system: Made) -> None:
    crm = system()
    given = {"name": "Fiéis", "rule": EVERYBODY}
    assert crm.ask("post", "segments", given)[0] == 201
    status, answer = crm.ask("post", "segments", given)
    assert (status, answer["error"]["field"]) == (409, "name")
    assert crm.ask("post", "segments", given | {"folder": "outra"})[0] == 201


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x" * 500, "rule": EVERYBODY}, "name"),
        ({"name": " ", "rule": EVERYBODY}, "name"),
        ({"name": "A\0", "rule": EVERYBODY}, "name"),
        ({"name": "A"}, "rule"),
        ({"name": "A", "rule": []}, "rule"),
        ({"name": "A", "rule": EVERYBODY, "dono": 1}, "dono"),
        ({"name": "A", "rule": bought(1, what={"group": ["\ud800"]})}, "rule"),
        ({"name": "A", "rule": bought(1, what={"\0": ["x"]})}, "rule"),
    ],
)
def test_what_makes_no_segment_is_refused_by_its_field(
    known_shop: Cast, system: Made, given: dict[str, Any], field: str
) -> None:
    status, answer = system().ask("post", "segments", given)
    assert (status, answer["error"]["field"]) == (422, field)


@pytest.mark.parametrize(
    "rule",
    [
        {"match": "all", "rules": [{"field": "signo", "op": "is", "value": 1}]},
        {"match": "all", "rules": [{"match": "any", "rules": []}]},
        {"match": "all", "rules": [{"did": "bought", "period": {"from": "2026-02-01", "to": "2026-01-01"}}]},
        {"match": "all", "rules": [{"did": "bought", "value": "muito"}]},
        {"match": "all", "rules": [{"did": "bought"}] * 1000},
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_sentence_of_the_page(
    known_shop: Cast, system: Made, rule: dict[str, Any]
) -> None:
    status, answer = system().ask("post", "segments/count", {"rule": rule})
    assert (status, answer["error"]["code"]) == (422, "refused")
    assert answer["error"]["message"]


def test_the_members_are_those_who_bought_as_the_rule_asks(known_shop: Cast, system: Made) -> None:
    crm = system("segments:write", "members:read")
    _status, made = crm.ask("post", "segments", {"name": "Duas", "rule": bought(2)})
    seen, place = [], ""
    for _page in range(3):
        status, answer = crm.get(f"segments/{made['id']}/members", limit=1, cursor=place)
        assert status == 200
        seen += [(one["name"], one["is_masked"]) for one in answer["members"]]
        place = answer["next"] or ""
        if not place:
            break
    assert sorted(seen) == [("Ana Beatriz Souza", True), ("Bruno Álvares Lima", True)]
    assert len(seen) == buyers(2)
    entry = AccessLog.objects.latest("id")
    assert (entry.action, entry.count) == ("api_members", 1)


def test_figures_of_the_whole_shop_are_not_told_to_a_key_of_one_store(known_shop: Cast, system: Made) -> None:
    crm = system()
    _status, made = crm.ask("post", "segments", {"name": "Todos", "rule": EVERYBODY})
    segment = Segment.objects.get(public_id=made["id"])
    Segment.objects.update(people=4, value="3469.90", counted_at=segment.created_at, counted_version=1)
    assert crm.get(f"segments/{made['id']}")[1]["people"] == 4
    centro = system(stores=[known_shop.centro])
    assert centro.get(f"segments/{made['id']}")[1]["people"] is None
    members = centro.get(f"segments/{made['id']}/members")[1]["members"]
    assert str(known_shop.davi.public_id) not in [one["id"] for one in members]


def test_a_body_that_is_no_json_or_too_large_is_told_so(known_shop: Cast, system: Made) -> None:
    bearer = {"Authorization": f"Bearer {system().secret}"}
    for body, status in (("{", 400), ("[" * 100_000, 400), ('"' + "x" * 3_000_000 + '"', 413)):
        answer = Client().post("/api/segments/count", body, content_type="application/json", headers=bearer)
        assert (answer.status_code, answer.json()["error"]["code"]) in (
            (status, "bad_request"),
            (413, "too_large"),
        )


def test_after_the_refresh_that_it_asked_for_a_segment_tells_its_figures_and_since_when(
    known_shop: Cast, system: Made
) -> None:
    crm = system()
    _status, made = crm.ask("post", "segments", {"name": "Duas", "rule": bought(2)})
    assert (made["people"], made["reach"]) == (None, None)
    drain(SegmentRefresh)
    told = crm.get(f"segments/{made['id']}")[1]
    of_two = [
        order for order in twelve_orders.ORDERS if order.customer in (twelve_orders.ANA, twelve_orders.BRUNO)
    ]
    spent = sum(line.net for order in of_two if not order.is_cancelled for line in order.lines)
    assert (told["people"], told["value"]) == (buyers(2), str(spent))
    members = crm.get(f"segments/{made['id']}/members")[1]["members"]
    assert {one["name"] for one in members} == {"Ana Beatriz Souza", "Bruno Álvares Lima"}
    assert all(one["since"] for one in members)
