"""`recompra restore`: prove a backup, or put it in the place of what is there."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recompra.cli import facts, relational
from recompra.cli.manifest import Manifest, unpack
from recompra.cli.refusal import pending_migrations
from recompra.privacy.erasure import ledger, suppression
from recompra.privacy.erasure.replay import replay
from recompra.theme.refused import Refused
from recompra.work import alive


@click.command(help=_("Put a backup back. With --verify only prove that it is whole and can be opened."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--verify", "only_verify", is_flag=True, help=_("Restore into a temporary place, compare, remove.")
)
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help=_("Another RECOMPRA_HOME (SQLite).")
)
@click.option("--force", is_flag=True, help=_("Also when there is data already; it is moved aside."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
def restore(file: Path, only_verify: bool, into: Path | None, force: bool, yes: bool, as_json: bool) -> None:
    home = (into or Path(settings.RECOMPRA_HOME)).absolute()
    if not only_verify:
        ready(home, into, force)
        if force and not yes:
            click.confirm(_("Replace the data of %s with the backup?") % home, abort=True)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    forgotten = 0
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as name:
        folder = Path(name)
        manifest = unpack(file, folder)
        verify(folder, manifest)
        if not only_verify:
            awaits = erasures_to_do_again(home)
            put(folder, manifest, home, into)
            forgotten = forget_again(into) if awaits else 0
    answer = {
        "made_at": manifest.made_at,
        "version": manifest.version,
        "rows": manifest.rows,
        "facts": manifest.facts,
    }
    if as_json:
        click.echo(json.dumps(answer | {"restored": not only_verify}))
        return
    total = {
        "when": manifest.made_at,
        "rows": sum(manifest.rows.values()),
        "facts": sum(manifest.facts.values()),
    }
    click.echo(_("The backup of %(when)s is whole: %(rows)d rows and %(facts)d facts, each counted.") % total)
    if only_verify:
        return
    if forgotten:
        click.echo(
            ngettext("%d person erased since then was erased again.",
                     "%d people erased since then were erased again.", forgotten) % forgotten
        )  # fmt: skip
    click.echo(_("Restored in %s. Run “recompra setup”, then “recompra serve”.") % home)


def erasures_to_do_again(home: Path) -> bool:
    """Whether the ledger of erasures names anybody. Noted on the disk before any data is put back, so that
    nobody is let in before they were forgotten again, whatever happens meanwhile."""
    own = Path(settings.RECOMPRA_HOME)
    if home != own:  # another home learns whom this one has forgotten
        for path in (suppression.key_path(), *ledger.place().glob("*.json")):
            if path.exists():
                facts.link(path, home / path.relative_to(own))
    if not ledger.entries(home):
        return False
    ledger.expect_replay(home)
    return True


def forget_again(into: Path | None) -> int:
    """Do the erasures again now, if this process may use the restored database: it may be of an older
    version, or in another home. Then `recompra setup` does them."""
    return replay() if into is None and not pending_migrations() else 0


def ready(home: Path, into: Path | None, force: bool) -> None:
    """Raises Refused when Recompra runs there, or when there is data and nobody said --force."""
    if into is None and alive.others():
        raise Refused(_("Recompra is running. Stop it first (Ctrl-C, or systemctl stop)."))
    if into is not None and connection.vendor == "postgresql":
        raise Refused(_("--into is for SQLite. With PostgreSQL set DATABASE_URL to the database to fill."))
    if force:
        return
    there = [home / "recompra.sqlite3", (home / "facts" if into else _facts_place()) / "CURRENT"]
    tables = connection.introspection.table_names() if into is None else []
    if tables or any(path.exists() for path in there):
        raise Refused(
            _("There is data in %s already. Give --force to move it aside, or --into another folder.") % home
        )


def verify(folder: Path, manifest: Manifest) -> None:
    """Open both databases of the backup and compare every table's rows with the manifest. Raises Refused."""
    found = relational.verify(folder, manifest.database)
    if manifest.warehouse == "duckdb":
        found |= {f"facts.{table}": rows for table, rows in facts.count(folder).items()}
    expected = manifest.rows | {f"facts.{table}": rows for table, rows in manifest.facts.items()}
    wrong = sorted(table for table in found if found[table] != expected.get(table))
    missing = sorted(set(manifest.rows) - set(found))
    if wrong or missing:
        raise Refused(_("The backup does not hold what it says: %s") % ", ".join([*wrong, *missing][:5]))


def put(folder: Path, manifest: Manifest, home: Path, into: Path | None) -> None:
    """Move what is there aside and the backup into its place."""
    kinds = (connection.vendor, facts.kind()) if into is None else ("sqlite", "duckdb")
    if (manifest.database, manifest.warehouse) != kinds:
        names = {"saved": f"{manifest.database} + {manifest.warehouse}", "here": " + ".join(kinds)}
        raise Refused(_("The backup is of %(saved)s, this installation uses %(here)s.") % names)
    aside = home / f"before-restore-{timezone.localtime():%Y%m%d-%H%M%S}"
    connection.close()
    if manifest.database == "postgresql":
        relational.load_postgres(folder)
    else:
        database = home / "recompra.sqlite3" if into else Path(relational.name())
        for suffix in ("-wal", "-shm"):
            _aside(database.with_name(database.name + suffix), aside)
        _swap(folder / relational.FILES["sqlite"], database, aside)
    if manifest.warehouse == "postgresql":
        facts.load_postgres(folder)
    else:
        _swap(folder / facts.FOLDER, home / "facts" if into else _facts_place(), aside)
    for name in ("imports", "secret-key"):
        _swap(folder / name, home / name, aside)


def _facts_place() -> Path:
    return facts.place() if facts.kind() == "duckdb" else Path(settings.RECOMPRA_HOME) / "facts"


def _aside(path: Path, aside: Path) -> None:
    if path.exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        shutil.move(path, aside / path.name)


def _swap(new: Path, path: Path, aside: Path) -> None:
    _aside(path, aside)
    if new.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(new, path)
