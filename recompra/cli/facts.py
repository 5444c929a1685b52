"""The warehouse as files of a backup: the current generation and the archive of batches, or a dump."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from recompra.cli.relational import tool
from recompra.warehouse.engine import engine

FOLDER = "facts"
DUMP = "facts.dump"


def kind() -> str:
    return "duckdb" if settings.WAREHOUSE_URL.startswith("duckdb:") else "postgresql"


def version() -> str:
    return engine(settings.WAREHOUSE_URL).version()


def place() -> Path:
    """The folder of the generations."""
    return Path(settings.WAREHOUSE_URL.removeprefix("duckdb:").partition("?")[0]).absolute()


def save(folder: Path) -> dict[str, int]:
    """Put the current generation and the archive into the folder; says how many rows each table has."""
    rows: dict[str, int] = engine(settings.WAREHOUSE_URL).check()["rows"]
    if kind() == "postgresql":
        tool(["pg_dump", "-Fc", "--no-owner", "-n", _schema(), "-f", str(folder / DUMP), _libpq()])
        return rows
    home = place()
    if (home / "CURRENT").exists():
        name = (home / "CURRENT").read_text().strip()
        link(home / name, folder / FOLDER / name)
        (folder / FOLDER / "CURRENT").write_text(name + "\n")
    for path in sorted(home.glob("archive/*/*.parquet")):
        link(path, folder / FOLDER / path.relative_to(home))
    return rows


def count(folder: Path) -> dict[str, int]:
    """Open the saved generation on its own and count its rows."""
    url = f"duckdb:{folder / FOLDER}"
    store = engine(url)
    try:
        rows: dict[str, int] = store.check()["rows"]
    finally:
        store.close()
    return rows


def load_postgres(folder: Path) -> None:
    """Put the saved schema in place of the configured one."""
    options = ["--no-owner", "--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
    tool(["pg_restore", *options, "-d", _libpq(), str(folder / DUMP)])


def _schema() -> str:
    return parse_qs(urlsplit(settings.WAREHOUSE_URL).query).get("schema", ["recompra_facts"])[0]


def _libpq() -> str:
    return urlsplit(settings.WAREHOUSE_URL)._replace(query="").geturl()


def link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy on another disk. One that vanished is passed over."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(source, target)
    except FileNotFoundError:
        return
    except OSError:
        shutil.copy2(source, target)
