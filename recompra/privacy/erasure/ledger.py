"""The ledger of erasures: one file each in RECOMPRA_HOME/erasures, with hashes, numbers and
the names of blocked functions only.

It stands apart from the database and its backups, so that an older backup, put back, does not bring back
who was forgotten after it was made: see `privacy.replay`.
"""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from recompra.privacy.models import Erasure

FORMAT = 1
PENDING = "pending"


@dataclass(frozen=True)
class Entry:
    """One erasure. `identifiers`: [kind, keyed hash] each; `blocks`: see `privacy.erasure.kept_blocks`."""

    uid: str
    public_id: str
    customers: list[int]
    asked_at: str
    identifiers: list[list[str]]
    blocks: list[list[str]] = field(default_factory=list)
    format: int = FORMAT

    @property
    def id(self) -> uuid.UUID:
        return uuid.UUID(self.uid)


def place(home: Path | None = None) -> Path:
    return (home or Path(settings.RECOMPRA_HOME)) / "erasures"


def write(row: Erasure) -> None:
    """Put the erasure on the ledger, on disk for certain when this returns."""
    identifiers = sorted(list(pair) for pair in row.identifiers.values_list("kind", "digest"))
    asked_at = row.created_at.isoformat()
    blocks = row.receipt.get("blocks", [])
    entry = Entry(str(row.uid), str(row.public_id), list(row.customers), asked_at, identifiers, blocks)
    put(f"{row.uid}.json", json.dumps(asdict(entry)))


def put(name: str, text: str, home: Path | None = None) -> None:
    """Write one file of the ledger's folder: whole, or not at all."""
    folder = place(home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{name}.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def entries(home: Path | None = None) -> list[Entry]:
    """Every erasure on the ledger, the oldest first."""
    found = [Entry(**json.loads(path.read_text())) for path in place(home).glob("[!.]*.json")]
    return sorted(found, key=lambda entry: (entry.asked_at, entry.uid))


def is_pending(home: Path | None = None) -> bool:
    """Whether a backup was put back and the erasures were not done again yet: nobody may be let in."""
    return (place(home) / PENDING).exists()


def expect_replay(home: Path | None = None) -> None:
    """Note that a backup is being put back. Before its data are in place."""
    put(PENDING, "", home)


def replayed() -> None:
    (place() / PENDING).unlink(missing_ok=True)
