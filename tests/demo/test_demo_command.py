"""`recompra demo`: the whole way from nothing to a shop that one can log in to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client

from recompra.accounts.models import User
from recompra.accounts.roles import Role
from recompra.calls.models import Call, CallRefresh
from recompra.cli import cli
from recompra.customers.models import Customer, Standing
from recompra.demo import opening
from recompra.predictions.models import PredictionRefresh
from recompra.segments.models import Segment
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import predictions

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> Any:
    result = CliRunner().invoke(cli, ["demo", "--customers", "60", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if "--json" in arguments else result.stdout


@pytest.fixture
def opened(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The shop opened. What comes is told in one test alone: it takes a while."""
    monkeypatch.setattr(opening, "look_ahead", lambda: None)
    return demo("--json")


def test_the_import_accounts_for_every_row_of_the_file(opened: Any) -> None:
    report = opened["import"]
    assert report["read"] == opened["lines"] == report["accepted"]
    assert report["figures"]["orders"] - report["figures"]["return_orders"] == opened["orders"]
    [(total,)] = duckdb.execute(
        """SELECT sum(quantidade * replace(preco_unitario, ',', '.')::DECIMAL(18, 2)
            - replace(desconto, ',', '.')::DECIMAL(18, 2)) FROM read_csv($1, delim = ';', all_varchar = true,
            types = {'quantidade': 'INTEGER'})""",
        [opened["sales"]],
    ).fetchall()
    assert report["figures"]["items_total"] == str(total)


def test_everybody_is_there_and_has_a_standing(opened: Any) -> None:
    twice = pq.read_table(Path(opened["sales"]).with_name("duplicados.parquet")).num_rows
    assert 60 < Customer.objects.count() <= 60 + twice
    assert 55 <= Standing.objects.count() <= 60 + twice
    assert Standing.objects.values("segment").distinct().count() >= 4


def test_one_person_of_each_role_may_log_in_with_the_password(opened: Any) -> None:
    assert {user.role for user in User.objects.all()} == set(Role)
    for badge in opened["staff"]:
        assert Client().login(email=badge["email"], password=opened["password"])
    lucia = User.objects.get(email="lucia@example.com")
    assert [store.is_online for store in lucia.stores.all()] == [False]


def test_a_second_run_keeps_the_shop_and_gives_new_passwords(opened: Any) -> None:
    before = Customer.objects.count()
    again = demo("--json")
    assert "import" not in again
    assert again["password"] != opened["password"]
    assert Client().login(email="otavio@example.com", password=again["password"])
    assert Customer.objects.count() == before


def test_it_says_in_portuguese_how_to_log_in_to_a_shop_that_knows_what_comes(
    warehouse: str,
) -> None:
    told = demo()
    assert "Entre com a senha" in told
    assert "otavio@example.com" in told
    facts = engine(settings.WAREHOUSE_URL)
    assert len(facts.rows(predictions)) >= 55
    assert PredictionRefresh.objects.get().status == PredictionRefresh.Status.DONE
    assert Segment.objects.filter(people__gt=0).count() >= 3
    assert Call.objects.filter(status=Call.Status.OPEN).exists()
    assert CallRefresh.objects.latest("pk").version == facts.version()


def test_nothing_invented_comes_into_a_real_shop(warehouse: str) -> None:
    User.objects.create_user("dono@loja.com.br", "uma senha bem longa", role=Role.OWNER, name="Dono")
    result = CliRunner().invoke(cli, ["demo", "--customers", "60"])
    assert result.exit_code == 1
    assert "Já existe uma loja aqui" in result.stderr
    assert not Customer.objects.exists()


def test_only_files_touches_no_database(tmp_path: Path, warehouse: str) -> None:
    told = demo("--only-files", "--out", str(tmp_path / "files"), "--json")
    assert Path(told["sales"]).exists()
    assert not User.objects.exists()
    assert not (Path(settings.RECOMPRA_HOME) / "demo").exists()


def test_dirt_needs_a_format_that_can_hold_it(warehouse: str) -> None:
    result = CliRunner().invoke(cli, ["demo", "--dirt", "--format", "parquet", "--only-files"])
    assert result.exit_code == 1
    assert "CSV" in result.stderr
