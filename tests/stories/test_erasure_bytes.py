"""Zuleica is in every corner of the shop; after her erasure no byte of her is left anywhere (C6, C8, C19)."""

from __future__ import annotations

import gzip
import logging
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from recompra.customers import refresh
from recompra.customers.models import Customer, Refresh, Standing
from recompra.customers.notes import write as notes
from recompra.customers.record import register
from recompra.dashboards.models import Report
from recompra.ingest.models import ImportRun, QuarantinedRow
from recompra.privacy.blocks import hold as blocks
from recompra.privacy.consents import ledger as consents
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.models import Erasure, PrivacyRequest
from recompra.privacy.requests import handle as requests
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import order_items, orders, scores
from recompra.work.drain import drain
from tests.house.canary import plant
from tests.house.scanner import Hit, Scanner
from tests.ingest.bring import brought, csv_file

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.cast import Cast

NAME, CPF = "Zuleica Quadros Vidigal", "390.533.447-05"
HER = {
    "name": NAME,
    "surname": "Vidigal",
    "cpf digits": "39053344705",
    "cpf": CPF,
    "rg": "48.117.902-X",
    "rg key": "48117902X",
    "e-mail": "zuleica.vidigal@exemplo.org",
    "second e-mail": "zuzu.quadros@outro.example",
    "mobile": "5541976540918",
    "mobile as written": "(41) 97654-0918",
    "mobile without ninth digit": "4176540918",
    "landline": "4132220918",
    "street": "Rua das Gralhas Azuis 918",
    "id in the shop": "ZQV-000918",
    "note": "prefere a costureira Marlúcia",
    "canary": "canary-zuleica",
}
SCANNER = Scanner(HER)
HEADER = "pedido;data;cliente_id;nome;cpf;rg;email;celular;telefone;endereco;loja;valor"
ROW = (
    f"ZQV-000918;{NAME};{CPF};48.117.902-X;zuleica.vidigal@exemplo.org;(41) 97654-0918;(41) 3222-0918;"
    "Rua das Gralhas Azuis 918;centro;150,00"
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Everything that is logged, at its wordiest, in a file of the home."""
    path = tmp_path / "recompra.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield path
    root.removeHandler(handler)
    root.setLevel(before)
    handler.close()


def sums() -> dict[str, Any]:
    """Revenue and order counts by month, and how many people stand in each cell."""
    facts = engine(django_settings.WAREHOUSE_URL)
    return {
        "orders": sorted((str(row["ordered_on"])[:7], row["net"]) for row in facts.rows(orders)),
        "items": sorted((str(row["ordered_on"])[:7], row["net"]) for row in facts.rows(order_items)),
        "cells": sorted(
            (row["recency_score"], row["frequency_score"], row["monetary_score"])
            for row in facts.rows(scores)
        ),
    }


def pages_about(public_id: object) -> Iterator[str]:
    """The address of every page about a customer, from the resolver: one that comes later is in it."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[str]:
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            elif isinstance(entry, URLPattern) and "<uuid:public_id>" in route:
                yield "/" + route.replace("<uuid:public_id>", str(public_id)).replace("<int:pk>", "1")

    return walk(get_resolver().url_patterns, "")


def bring_her_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports: a good one, packed; rows set aside; one that asks, one that fails, one that is dry."""
    packed = folder / "vendas.csv.gz"
    packed.write_bytes(gzip.compress(f"{HEADER}\nZ1;13/01/2026;{ROW}\nZ2;14/02/2026;{ROW}\n".encode()))
    assert brought(packed).status == ImportRun.Status.DONE
    run = brought(csv_file(folder, [f"Z3;99/99/2026;{ROW}", f"Z4;13/01/2026;{ROW};x;y"], header=HEADER))
    assert run.status == ImportRun.Status.DONE, run.error
    assert QuarantinedRow.objects.count() == 2
    unclear = csv_file(folder, [f"{NAME};{CPF};zuleica.vidigal@exemplo.org"], "x.csv", "abc;def;ghi")
    assert brought(unclear).question
    assert brought(packed, dry_run=True).stage == ImportRun.Stage.COMPARED

    def fail(*_args: object) -> None:
        raise RuntimeError(f"{NAME} {CPF}")

    with monkeypatch.context() as broken:
        broken.setattr("recompra.ingest.facts.write", fail)
        failed = brought(packed)
    assert "RuntimeError" in failed.error
    ImportRun.objects.filter(pk=failed.pk).update(status=ImportRun.Status.DEAD)
    refresh.request("test")
    drain(Refresh)


def work_on_her(her: Customer, cast: Cast) -> None:
    """What colleagues write about her, and what she asks."""
    register.amend(
        her.pk, {"email": HER["second e-mail"], "city": "Curitiba"}, seen_version=None, by=cast.saulo
    )
    note = notes.write(her, HER["note"], "feedback", by=cast.saulo)
    notes.edit(note, f"{HER['note']}, disse", "feedback", by=cast.saulo)
    consents.grant(her, "marketing", by=cast.saulo, evidence=f"ficha de {NAME}")
    blocks.block(her, ["giftback"], f"pedido de {NAME}", by=cast.denise)
    blocks.block("39053344705", ["loyalty"], "pelo CPF", by=cast.denise)
    one = requests.open_request(
        PrivacyRequest.Kind.ACCESS, channel="email", by=cast.denise, customer=her, asked=f"Sou {NAME}"
    )
    requests.identify(one, "document", by=cast.denise, text=f"RG {HER['rg']}")
    requests.settle(one, "fulfilled", by=cast.denise, explanation=f"Enviado a {NAME}")
    requests.answer(one, by=cast.denise)


def look_at_her(her: Customer, cast: Cast, client_for: Callable[..., Client], broken: Any) -> None:
    """Every page about her, the search by everything, the files, and a page that breaks."""
    for person in (cast.otavio, cast.denise, cast.saulo, cast.lucia):
        client = client_for(person)
        for address in pages_about(her.public_id):
            client.get(address)
    client = client_for(cast.otavio)
    for typed in HER.values():
        assert client.post("/clientes/buscar/", {"busca": typed}).status_code == 200
    for kind in ("csv", "xlsx", "parquet"):
        answer = client.post("/clientes/exportar/", {"formato": kind, "motivo": "conferir"})
        assert b"".join(answer)  # type: ignore[arg-type]
        answer.close()
    for kind in ("json", "pdf", "zip"):
        address = f"/privacidade/titulares/{her.public_id}/dossie/"
        assert client.post(address, {"formato": kind, "identidade": "document"}).status_code == 200
    Report.objects.create(
        as_of=Standing.objects.get(customer=her).last_on, asked_by=cast.otavio, unmasked=True
    )
    drain(Report, raising=True)
    client.raise_request_exception = False
    with broken.context() as patched:
        patched.setattr("recompra.customers.views.find", lambda *_args: 1 / len(""))
        assert client.post("/clientes/buscar/", {"busca": NAME}).status_code == 500


def database_hits(folder: Path) -> list[Hit]:
    """What is left of her in the database: its files; of PostgreSQL a dump and the data directory, but for
    pg_wal, which the server recycles by itself and which no client can empty (docs/privacy.md)."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        parts = [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
        return [hit for one in parts if one.exists() for hit in SCANNER.bytes_(one.read_bytes(), one.name)]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        data = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = cursor.fetchone()[0]
    server = connection.settings_dict
    env = os.environ | {"PGHOST": server["HOST"], "PGPORT": str(server["PORT"]), "PGUSER": server["USER"]}
    dump = subprocess.run(["pg_dump", str(server["NAME"])], env=env, capture_output=True, check=True).stdout
    assert b"customers_customer" in dump
    hits = list(SCANNER.bytes_(dump, "pg_dump"))
    found, count = SCANNER.tree(data / "base" / str(oid))
    assert count > 100
    return hits + found + SCANNER.tree(data / "global")[0]


def alone_in_the_database() -> None:
    """Close what the threads of other tests left open: a transaction of theirs would keep deleted rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) "
                "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_byte_of_her_is_left(
    shop: Cast,
    log: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    settings: SettingsWrapper,
    client_for: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    alone_in_the_database()
    bring_her_in(tmp_path_factory.mktemp("files"), monkeypatch)
    her = Customer.objects.get(cpf="39053344705")
    work_on_her(her, shop)
    look_at_her(her, shop, client_for, monkeypatch)
    plant(her, "canary-zuleica", shop.saulo, kept=False)
    assert {hit.what.split(" as ")[0] for hit in database_hits(tmp_path)} >= {"name", "cpf digits", "note"}
    before, everybody = sums(), Customer.objects.count()
    row = request_erasure(her, by=shop.denise)
    drain(Erasure, raising=True)
    row.refresh_from_db()
    assert row.step == Erasure.Step.PROVED, (row.status, row.error, row.progress_phase)
    assert Customer.objects.count() == everybody - 1
    assert sums() == before, "orders and totals do not move"
    hits, count = SCANNER.tree(tmp_path)
    assert count > 5
    assert log.stat().st_size > 500, "the log was written: else it proves nothing"
    assert hits == []
    assert database_hits(tmp_path) == []
