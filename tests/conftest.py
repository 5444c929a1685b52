"""What every test may ask for: the cast, the shop with its twelve orders, a signed-in client, a server."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from recompra.work.garbage import seldom
from tests.postgres import NoPostgres, cluster

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from recompra.accounts.models import User
    from tests.cast import Cast

pytest_plugins = ("tests.places",)

DATA = Path(os.environ.get("RECOMPRA_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")  # how busy the machine is says nothing of the program

OF_THEIR_OWN = ("stories", "test_cli", "work/test_processes")
"""Tests that start processes on databases of their own: they ask for none here, and run on both."""


def pytest_collection_finish() -> None:
    """Garbage as in the processes of the product; and no list of Django's own permissions, which the product
    has no use for, made anew each time that a test has emptied the tables."""
    seldom()
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What asks for no relational database is the same on both: it runs once. What starts processes on
    databases of its own takes longest: it runs first, so that no core waits for it in the end."""
    for item in items:
        if not _asks(item) and not _starts_processes(item):
            item.add_marker(pytest.mark.once)
    yield
    items.sort(key=lambda item: _asks(item) or not _starts_processes(item))


def _asks(item: pytest.Item) -> bool:
    """Whether it asks for the relational database of the test process."""
    return bool(item.get_closest_marker("django_db")) or "db" in getattr(item, "fixturenames", ())


def _starts_processes(item: pytest.Item) -> bool:
    return str(item.path.relative_to(Path(__file__).parent)).startswith(OF_THEIR_OWN)


def lacks(reason: str) -> None:
    """Skip loudly; in CI a skip is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"in CI nothing may be skipped: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """`real_data("olist")` is the folder of a real data set; skips, naming the folder, where it is absent."""

    def folder(name: str) -> Path:
        if not (DATA / name).is_dir():
            lacks(f"the real test data are not in {DATA / name} (set RECOMPRA_TEST_DATA)")
        return DATA / name

    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server for this run, without a database name."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    try:
        with cluster() as url:
            yield url
    except NoPostgres as missing:
        lacks(str(missing))


@pytest.fixture(autouse=True)
def calm_heart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No heartbeat where a test runs in one transaction: the beating thread's own connection cannot see its
    rows, and would report the lease as lost on a slow machine."""
    mark = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction"))
    if not commits:
        monkeypatch.setattr("recompra.work.lease.BEAT_SECONDS", 3600.0)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """An erasure waits for who writes on the same PostgreSQL server: a test of another process, all its
    time."""
    monkeypatch.setattr("recompra.privacy.erasure.rewrite.PATIENCE_SECONDS", 120.0)


@pytest.fixture
def warehouse(tmp_path: Path, settings: SettingsWrapper) -> str:
    """An empty warehouse of this test's own; the URL is in the settings."""
    settings.WAREHOUSE_URL = f"duckdb:{tmp_path / 'facts'}"
    settings.RECOMPRA_HOME = tmp_path
    return settings.WAREHOUSE_URL


@pytest.fixture
def cast(db: None, warehouse: str) -> Cast:
    """The cast, in a database without any purchase."""
    from tests import cast as stage

    return stage.enter()


@pytest.fixture
def today() -> dt.date:
    """Today in the shop's zone."""
    return timezone.localdate()


@pytest.fixture
def shop(cast: Cast, today: dt.date, tmp_path: Path, warehouse: str) -> Cast:
    """The cast, with the twelve orders published and everybody's standing computed as of today."""
    from tests.stage import publish_twelve_orders

    publish_twelve_orders(warehouse, today, tmp_path / "twelve")
    return cast


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """`client_for(shop.lucia)` is an HTTP client that she has signed in with."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
