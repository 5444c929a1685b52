"""The relational database as a file of a backup: SQLite by its own backup call, PostgreSQL by pg_dump."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.conninfo import make_conninfo

from recompra.theme.refused import Refused

FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
LISTED = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def save(folder: Path) -> dict[str, int]:
    """Write the database, as it is at one moment, into the folder; the app may go on working.

    Returns:
        The rows of each table at that moment.
    """
    target = folder / FILES[connection.vendor]
    return _save_sqlite(target) if connection.vendor == "sqlite" else _save_postgres(target)


def _save_sqlite(target: Path) -> dict[str, int]:
    source = f"{Path(name()).absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True, timeout=20)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        return _count_sqlite(copy)


def _count_sqlite(opened: sqlite3.Connection) -> dict[str, int]:
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1"
    )
    tables = [table for (table,) in opened.execute(listed)]
    return {table: opened.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}  # noqa: S608


def _save_postgres(target: Path) -> dict[str, int]:
    with _reach(name()) as open_, open_.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        ((snapshot,),) = cursor.fetchall()
        dump = ["pg_dump", "-Fc", "--no-owner", "-n", "public", f"--snapshot={snapshot}", "-f", str(target)]
        tool([*dump, name()])
        return _count_postgres(cursor)


def _count_postgres(cursor: psycopg.Cursor[tuple[object, ...]]) -> dict[str, int]:
    names = [str(name) for (name,) in cursor.execute(LISTED).fetchall()]
    counted = sql.SQL("SELECT count(*) FROM {}")
    return {
        name: int(str(cursor.execute(counted.format(sql.Identifier(name))).fetchone()[0]))  # type: ignore[index]
        for name in names
    }


def verify(folder: Path, vendor: str) -> dict[str, int]:
    """Open the saved database in a place of its own and count its rows.

    Raises: Refused when it is damaged.
    """
    if vendor == "sqlite":
        return _verify_sqlite(folder / FILES[vendor])
    scratch = f"recompra_verify_{secrets.token_hex(4)}"
    with _reach("postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(scratch)))
        try:
            tool(
                [
                    "pg_restore",
                    "--no-owner",
                    "--exit-on-error",
                    "-n",
                    "public",
                    "-d",
                    scratch,
                    str(folder / FILES[vendor]),
                ]
            )
            with _reach(scratch) as opened, opened.cursor() as cursor:
                return _count_postgres(cursor)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(scratch)))


def _verify_sqlite(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        try:
            answer = opened.execute("PRAGMA integrity_check").fetchone()[0]
            strays = opened.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            answer, strays = type(error).__name__, None
        if answer != "ok" or strays:
            raise Refused(_("The database in the backup is damaged (%s).") % answer)
        return _count_sqlite(opened)


def load_postgres(folder: Path) -> None:
    """Put the saved database in place of the configured one, in one transaction."""
    connection.close()
    options = [
        "--no-owner",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--exit-on-error",
        "-n",
        "public",
    ]
    tool(["pg_restore", *options, "-d", name(), str(folder / FILES["postgresql"])])


def name() -> str:
    """The configured database: a file for SQLite, a name on the server for PostgreSQL."""
    return str(settings.DATABASES["default"]["NAME"])


def _server() -> dict[str, str]:
    """Where the configured server is, as libpq's environment variables."""
    given: dict[str, object] = settings.DATABASES["default"]
    places = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {variable: str(given[key]) for variable, key in places.items() if given.get(key)}


@contextmanager
def _reach(database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    server = {variable.removeprefix("PG").lower(): value for variable, value in _server().items()}
    address = make_conninfo(dbname=database, **server)
    with psycopg.connect(address, autocommit=True) as opened:
        yield opened


def tool(command: list[str]) -> None:
    """Run one of PostgreSQL's programs against the configured server.

    Raises: Refused when it is not installed, or fails.
    """
    if shutil.which(command[0]) is None:
        raise Refused(_("%s is not installed (Debian: apt install postgresql-client).") % command[0])
    done = subprocess.run(command, env=os.environ | _server(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(_("%(tool)s failed: %(why)s") % {"tool": command[0], "why": done.stderr.strip()[:500]})
