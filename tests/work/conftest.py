from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from recompra.work import claim, drain
from tests.work.chore import Chore, nothing


@pytest.fixture(scope="session")
def _chore_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Chore)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Chore)


@pytest.fixture
def chore(_chore_table: None, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Chore]]:
    """The class `Chore`, the only kind of work of the house in this test, with an empty table."""
    for module in (claim, drain):
        monkeypatch.setattr(module, "kinds", lambda: [Chore])
    Chore._base_manager.all().delete()
    monkeypatch.setattr(Chore, "deed", nothing)
    monkeypatch.setattr(Chore, "abandoned", [])
    yield Chore
    Chore._base_manager.all().delete()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that everybody sees: `clock.jump(seconds)` moves it, back as well."""
    return Clock(monkeypatch)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now() + timedelta(hours=1)  # after whatever the real clock has stamped
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def jump(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
