"""A system that comes in by a key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from recompra.accounts.api_keys.issue import issue
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import Store
from tests.cast import Cast
from tests.segments.stage import publish_people


@dataclass
class System:
    """Another system with a key: `system.get("customers", limit=2)` is (status, answer)."""

    key: ApiKey
    secret: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        given = {"Authorization": f"Bearer {self.secret}", **headers}
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(), method)(f"/api/{path}", headers=given, **content)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def get(self, path: str, **asked: Any) -> tuple[int, Any]:
        given = {"Authorization": f"Bearer {self.secret}"}
        answer = Client().get(f"/api/{path}", asked, headers=given)
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def system(cast: Cast) -> Callable[..., System]:
    """`system("customers:read", stores=[shop.centro])`; without scopes, all of them."""
    cache.clear()

    def made(*scopes: str, stores: Iterable[Store] | None = None) -> System:
        return System(*issue(cast.otavio, "ERP", scopes or Scope.values, stores=stores))

    return made


@pytest.fixture
def known_shop(shop: Cast, tmp_path: Path) -> Cast:
    """The shop with its people published, as segments read them."""
    publish_people(tmp_path)
    return shop
