"""One backup is one tar file: `manifest.json` first, then every file it lists, each with its sha256."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from recompra.theme.refused import Refused

FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What the backup holds: the rows of each table in `rows` and `facts`, each file's sha256 in `files`."""

    version: str
    made_at: str
    database: str
    warehouse: str
    generation: str
    rows: dict[str, int]
    facts: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def pack(folder: Path, manifest: Manifest, target: Path) -> None:
    """Write the folder's files as a tar that only its owner may read; it gets its name when it is whole."""
    draft = target.with_name(f".{target.name}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size = len(content)
                tar.addfile(head, io.BytesIO(content))
                for name in manifest.files:
                    tar.add(folder / name, name, recursive=False)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def unpack(file: Path, into: Path) -> Manifest:
    """Take the files out and prove each sha256.

    Raises: Refused when it is not a backup, or not whole.
    """
    try:
        with tarfile.open(file) as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members, None))
            found = {name: _take(tar, member, into, name) for name, member in _listed(members, manifest)}
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused(_("This file cannot be read as a backup (%s).") % type(error).__name__) from error
    if found != manifest.files:
        broken = sorted(name for name, digest in manifest.files.items() if found.get(name) != digest)
        raise Refused(_("The backup is damaged: %s") % ", ".join(broken[:5]))
    return manifest


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    stream = tar.extractfile(member) if member and member.name == MANIFEST else None
    if stream is None:
        raise Refused(_("This file is not a backup of Recompra."))
    given = json.load(stream)
    if given.get("format") != FORMAT:
        raise Refused(
            _("This backup was made by another version of Recompra (format %s).") % given.get("format")
        )
    return Manifest(**given)


def _listed(members: Iterator[tarfile.TarInfo], manifest: Manifest) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """The members that the manifest lists; nothing else leaves the tar, and nothing outside of the folder."""
    for member in members:
        path = PurePosixPath(member.name)
        if (
            member.isreg()
            and member.name in manifest.files
            and not path.is_absolute()
            and ".." not in path.parts
        ):
            yield member.name, member


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, name: str) -> str:
    target = into / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = tar.extractfile(member)
    assert source is not None  # noqa: S101 (a regular file has content)
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        digest = copied(source, out)
    os.utime(target, (member.mtime, member.mtime))
    return digest


def copied(source: IO[bytes], out: IO[bytes] | None = None) -> str:
    """The sha256 of what the source gives, which is written to `out` on the way."""
    digest = hashlib.sha256()
    while block := source.read(BLOCK):
        digest.update(block)
        if out is not None:
            out.write(block)
    return digest.hexdigest()
