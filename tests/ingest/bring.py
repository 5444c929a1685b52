"""Brings a file in by the product's own way, and tells what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from recompra.ingest.models import ImportRun, Publication
from recompra.ingest.start import start
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from recompra.work.drain import drain

HEADER = "pedido;item;data;cliente_id;nome;cpf;email;celular;sku;produto;qtd;preco;desconto;loja;status"


def csv_file(folder: Path, lines: Iterable[str], name: str = "vendas.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def brought(*paths: Path, source: str = "csv", dry_run: bool = False, **options: Any) -> ImportRun:
    """The run as it ended, published."""
    run = start(source, list(paths), dry_run=dry_run, options=options)
    drain(ImportRun, Publication, raising=False)
    run.refresh_from_db()
    return run


def report(*paths: Path, source: str = "csv", dry_run: bool = False, **options: Any) -> dict[str, Any]:
    """The report of an import that went through; its counts reconcile."""
    run = brought(*paths, source=source, dry_run=dry_run, **options)
    assert run.status == ImportRun.Status.DONE, run.error
    found: dict[str, Any] = run.report
    assert found["read"] == sum(
        found[part] for part in ("accepted", "unchanged", "quarantined", "duplicated", "erased", "left_out")
    )
    assert not run.place.exists()
    return found


def facts(table: str) -> list[dict[str, Any]]:
    """The rows of a table of the facts, without `batch`, in a settled order."""
    rows = engine(settings.WAREHOUSE_URL).run(TABLES[table]).to_pylist()
    for row in rows:
        row.pop("batch", None)
    return sorted(rows, key=repr)
