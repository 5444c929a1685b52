"""Immutable files and a pointer: `facts-000123.duckdb` and `CURRENT`. Knows files, not what stands in them.

Readers open what CURRENT names. The one writer works on a draft, then renames it and swaps the pointer; a
process killed at any moment leaves the old generation whole, and the next writer sweeps what it left.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recompra.warehouse import archive
from recompra.warehouse.load import NoRoom, WriterBusy

KEPT = 3
STALE_SPILL_SECONDS = 24 * 3600
_FILE = re.compile(r"^facts-(\d{6,})\.duckdb$")
_FICLONE = 0x40049409  # linux/fs.h: share the blocks of a file where the file system can (btrfs, xfs)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Generation:
    """One published file."""

    number: int
    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def version(self) -> str:
        """Number and time of making: differs between two files of the same number (after a restore)."""
        return f"{self.number:06d}-{self.path.stat().st_mtime_ns:x}"


@dataclass(frozen=True)
class Folder:
    """The folder that holds the generations."""

    path: Path

    def current(self) -> Generation | None:
        """What the pointer names; None when nothing was ever published."""
        try:
            name = (self.path / "CURRENT").read_text().strip()
        except FileNotFoundError:
            return None
        found = _FILE.match(name)
        if not found:
            raise ValueError(f"{self.path / 'CURRENT'} does not name a generation")
        return Generation(int(found[1]), self.path / name)

    def file(self, number: int) -> Path:
        return self.path / f"facts-{number:06d}.duckdb"

    def draft(self, number: int) -> Path:
        return self.path / f"facts-{number:06d}.tmp"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    def numbers(self) -> list[int]:
        """The generations that are on disk, oldest first."""
        return sorted(int(found[1]) for entry in self.path.iterdir() if (found := _FILE.match(entry.name)))

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer. Raises WriterBusy; turns a full disk into NoRoom; sweeps before and after."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.path / "WRITER").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WriterBusy(f"another process is writing {self.path}") from None
            self.sweep()
            try:
                yield
            except OSError as error:
                if error.errno in _FULL:
                    raise no_room(self.path) from error
                raise
            finally:
                self.sweep()

    def sweep(self) -> None:
        """Remove drafts, generations that were never pointed at, those past the last three, and old spill."""
        current = self.current()
        newest = current.number if current else 0
        for draft in self.path.glob("facts-*.tmp*"):
            draft.unlink(missing_ok=True)
        for number in self.numbers():
            if number > newest or number <= newest - KEPT:
                self.file(number).unlink(missing_ok=True)
        archive.sweep(self.archive, newest)
        for spill in self.path.glob("spill/*"):
            if time.time() - spill.stat().st_mtime > STALE_SPILL_SECONDS:
                shutil.rmtree(spill, ignore_errors=True)

    def need(self, size: int) -> None:
        """Refuse early what cannot fit."""
        if shutil.disk_usage(self.path).free < size:
            raise no_room(self.path)

    def publish(self, draft: Path, number: int) -> Generation:
        """Make the draft the current generation. Each step is on disk before the next one begins."""
        made = Generation(number, self.file(number))
        _flush(draft)
        draft.rename(made.path)
        pointer = self.path / "CURRENT.tmp"
        pointer.write_text(made.path.name + "\n")
        _flush(pointer)
        _flush(self.path)
        pointer.replace(self.path / "CURRENT")
        _flush(self.path)
        return made


def no_room(path: Path) -> NoRoom:
    return NoRoom(errno.ENOSPC, f"no room left on the disk of {path}; the facts are as they were")


def copy(source: Path, target: Path) -> None:
    """A copy that shares blocks where the file system can."""
    with source.open("rb") as reader, target.open("wb") as writer:
        try:
            fcntl.ioctl(writer, _FICLONE, reader.fileno())
        except OSError:
            shutil.copyfile(source, target)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
