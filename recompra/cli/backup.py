"""`recompra backup`: everything the shop has, in one file, while it goes on working."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.cli import facts, relational
from recompra.cli.manifest import Manifest, copied, pack
from recompra.theme.refused import Refused

TRIES = 5


@click.command(
    help=_("Save everything into one file (TARGET: a folder or a file name). Runs while the app works.")
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
def backup(target: Path, as_json: bool) -> None:
    now = timezone.localtime()
    if target.is_dir():
        target /= f"recompra-{now:%Y%m%d-%H%M%S}.tar"
    if not target.parent.is_dir():
        raise Refused(_("There is no folder %s.") % target.parent)
    manifest = save(target)
    answer = {
        "file": str(target),
        "bytes": target.stat().st_size,
        "rows": manifest.rows,
        "facts": manifest.facts,
    }
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(_("Saved in %(file)s (%(mb).1f MB).") % {"file": target, "mb": target.stat().st_size / 1e6})
    click.echo(_("It holds personal data and the secret key: keep it as safe as the shop itself."))


def save(target: Path) -> Manifest:
    """Gather a consistent state in a folder beside the data and pack it into the target."""
    home = Path(settings.RECOMPRA_HOME)
    for _attempt in range(TRIES):
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=home) as name:
            folder = Path(name)
            manifest = _gather(folder)
            if manifest is not None:
                pack(folder, manifest, target)
                return manifest
    raise Refused(_("Imports are being published one after the other. Try again in a minute."))


def _gather(folder: Path) -> Manifest | None:
    """The files of a backup, all of one moment; None when the facts moved on meanwhile."""
    generation = facts.version()
    _link_uploads(folder)
    counted = facts.save(folder)
    rows = relational.save(folder)
    if facts.version() != generation:
        return None
    key = Path(settings.RECOMPRA_HOME) / "secret-key"
    if key.exists():
        shutil.copy2(key, folder / key.name)
    return Manifest(
        version=version("recompra"),
        made_at=timezone.now().isoformat(timespec="seconds"),
        database=connection.vendor,
        warehouse=facts.kind(),
        generation=generation,
        rows=rows,
        facts=counted,
        files={
            str(path.relative_to(folder)): _digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    )


def _link_uploads(folder: Path) -> None:
    """The files of imports that are still under way: with them they go on after a restore."""
    home = Path(settings.RECOMPRA_HOME)
    for path in sorted((home / "imports").rglob("*")):
        if path.is_file():
            facts.link(path, folder / path.relative_to(home))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return copied(stream)
