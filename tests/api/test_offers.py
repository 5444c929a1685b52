"""What to offer whom through the API."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from recompra.accounts.models import AccessLog
from recompra.warehouse.dialect import answer_schema
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from tests.api.conftest import System
from tests.cast import Cast
from tests.segments.test_offers import OFFERS

Made = Callable[..., System]


@pytest.fixture
def offered(known_shop: Cast, warehouse: str) -> Cast:
    content = pa.Table.from_pylist(OFFERS, schema=answer_schema(TABLES["offers"]))
    engine(warehouse).replace("offers", content)
    return known_shop


def test_everybody_s_offer_page_by_page_with_a_trace(offered: Cast, system: Made) -> None:
    crm, found, cursor = system(), [], ""
    while cursor is not None:
        status, answer = crm.ask("get", f"offers?limit=3&cursor={cursor}")
        assert status == 200
        found += answer["offers"]
        cursor = answer["next"]
    people = [str(one.public_id) for one in (offered.ana, offered.bruno, offered.carla, offered.davi)]
    assert [one["id"] for one in found] == people
    assert (found[0]["name"], found[0]["reason"], found[0]["times"]) == ("Bolsa de couro", "again", 3)
    assert (found[2]["reason"], found[2]["because"], found[2]["people"]) == ("next", "Caneca esmaltada", 7)
    counts = AccessLog.objects.filter(action="api_offers").values_list("count", flat=True)
    assert sorted(counts) == [1, 3]


def test_of_a_product_who_is_likeliest(offered: Cast, system: Made) -> None:
    _status, answer = system().ask("get", "offers")
    code = next(one["product"] for one in answer["offers"] if one["name"] == "Casaco de lã")
    _status, answer = system().ask("get", f"offers?product={code}")
    assert [one["score"] for one in answer["offers"]] == [800, 400, 300]
    assert system().ask("get", "offers?product=nada")[1]["offers"] == []
