"""Every applied batch, kept as it came: `archive/<generation>-<place>-<batch id>/<table>.parquet`.

The folder's name is the order of application, so the facts can be made again from the archive alone.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from recompra.warehouse.load import LoadBatch

_ENTRY = re.compile(r"^(\d{9})-(\d{4})-(\d+)$")


def keep(folder: Path, generation: int, place: int, batch: LoadBatch) -> None:
    """Put a batch by, under the generation that is about to be published. Replaces a dead writer's."""
    entry = folder / f"{generation:09d}-{place:04d}-{batch.id}"
    draft = entry.with_suffix(".tmp")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    for table, path in batch.files().items():
        shutil.copyfile(path, draft / f"{table}.parquet")
    shutil.rmtree(entry, ignore_errors=True)
    draft.rename(entry)


def kept(folder: Path, newest: int) -> list[LoadBatch]:
    """The archived batches in their order, up to a generation: a later one was never published."""
    entries = sorted(folder.iterdir()) if folder.exists() else []
    return [
        _batch(int(found[3]), entry)
        for entry in entries
        if (found := _ENTRY.match(entry.name)) and int(found[1]) <= newest
    ]


def sweep(folder: Path, newest: int) -> None:
    """Remove what a writer that died, or a step back to an earlier generation, left behind."""
    for entry in folder.iterdir() if folder.exists() else ():
        found = _ENTRY.match(entry.name)
        if not found or int(found[1]) > newest:
            shutil.rmtree(entry)


def _batch(number: int, entry: Path) -> LoadBatch:
    return LoadBatch.of(number, {path.stem: path for path in entry.glob("*.parquet")})
