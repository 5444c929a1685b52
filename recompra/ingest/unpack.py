"""Packed files, opened with a limit: a bomb is refused, not unpacked."""

from __future__ import annotations

import gzip
import lzma
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from recompra.ingest.desk import Desk
from recompra.theme.refused import Refused

CHUNK = 1 << 20
MAX_BYTES = 20 * 1024**3
FREE_BYTES = 100 * 1024**2
MAX_RATIO = 200
"""Beyond 100 MB, a file that grows more than this when unpacked is taken for a bomb."""


def refuse_large(size: int, where: Path) -> None:
    """Refuse what is beyond any sales file, or what the disk has no room to work on."""
    if size > MAX_BYTES:
        raise Refused(_("The file is larger than 20 GB. Split it by period and import the parts."))
    if shutil.disk_usage(where).free < size * 2 + FREE_BYTES:
        raise Refused(_("There is not enough free space on the disk to import this file."))


def unpacked(path: Path, target: Path, desk: Desk) -> Path:
    """The file inside a .gz, or the only one inside a .zip; any other file as it is."""
    with path.open("rb") as file:
        magic = file.read(4)
    try:
        if magic.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                return _copy(packed, target, path.stat().st_size, desk)
        if magic.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(path) as archive, archive.open(_only_file(archive)) as packed:
                return _copy(packed, target, path.stat().st_size, desk)
    except (
        zipfile.BadZipFile,
        gzip.BadGzipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise Refused(_("The packed file is damaged or protected and cannot be opened.")) from error
    return path


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    inside = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    names = {entry.filename for entry in inside}
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise Refused(_("This is a spreadsheet, not a text file: import it with the source “excel”."))
    if len(inside) != 1:
        raise Refused(
            _("The .zip holds %(count)d files. Put one file into each .zip.") % {"count": len(inside)}
        )
    return inside[0]


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, packed_size: int, desk: Desk) -> Path:
    draft = target.with_suffix(".draft")
    size = 0
    with draft.open("wb") as out:
        while chunk := packed.read(CHUNK):
            desk.lease.keep()
            size += len(chunk)
            refuse_bomb(size, packed_size)
            out.write(chunk)
    draft.replace(target)
    return target


def refuse_bomb(size: int, packed_size: int) -> None:
    if size > MAX_BYTES or (size > 100 * 1024**2 and size > packed_size * MAX_RATIO):
        raise Refused(_("The packed file grows far beyond its size when opened: it looks like a zip bomb."))


def refuse_spreadsheet_bomb(path: Path) -> None:
    """Count what the parts of an .xlsx or .ods really unpack to, whatever they say of themselves."""
    if not zipfile.is_zipfile(path):
        return
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as packed:
                    while chunk := packed.read(CHUNK):
                        size += len(chunk)
                        refuse_bomb(size, path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise Refused(_("The packed file is damaged or protected and cannot be opened.")) from error
