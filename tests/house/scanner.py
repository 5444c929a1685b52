"""Looks for a person's data in the bytes of files, however they are written there (C6, C7)."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from urllib.parse import quote, quote_plus

import duckdb
import pyarrow.parquet as pq

SHORTEST = 6
DEEP = 3
LARGEST = 200_000_000


@dataclass(frozen=True)
class Hit:
    """`where`: the file, and the packed file inside it; `what`: the identifier's name and its writing."""

    where: str
    what: str


def writings(text: str) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every way in which the text may stand in a file."""
    for case, form in {"": text, "lower ": text.lower(), "upper ": text.upper()}.items():
        utf8 = form.encode()
        yield f"{case}utf-8", utf8
        yield f"{case}utf-16-le", form.encode("utf-16-le")
        yield f"{case}utf-16-be", form.encode("utf-16-be")
        yield f"{case}latin-1", form.encode("latin-1", "ignore")
        yield f"{case}hex", utf8.hex().encode()
        yield f"{case}HEX", utf8.hex().upper().encode()
        yield f"{case}percent", quote(form, safe="").encode()
        yield f"{case}percent plus", quote_plus(form).encode()
        yield f"{case}json", json.dumps(form)[1:-1].encode()
        for lead in range(3):  # the text begins at any of the three places of a group of base64
            yield f"{case}base64+{lead}", _inner_base64(utf8, lead)
            yield f"{case}base64url+{lead}", _inner_base64(utf8, lead, b"-_")


def _inner_base64(data: bytes, lead: int, marks: bytes = b"+/") -> bytes:
    """The part of the base64 of (lead bytes + data + anything) that depends on the data alone."""
    coded = base64.b64encode(b"\0" * lead + data, altchars=marks).rstrip(b"=")
    first = -(-lead * 8 // 6)
    whole = (lead + len(data)) * 8 // 6
    return coded[first:whole]


class Scanner:
    """`identifiers`: {name: text}. Those that are short are looked for as they are."""

    def __init__(self, identifiers: dict[str, str]) -> None:
        self.patterns: dict[bytes, str] = {}
        for name, text in identifiers.items():
            for how, found in writings(text):
                if len(found) >= SHORTEST:
                    self.patterns.setdefault(found, f"{name} as {how}")

    def bytes_(self, data: bytes, where: str, depth: int = 0) -> Iterator[Hit]:
        """The hits in these bytes and in whatever is packed in them."""
        for pattern, what in self.patterns.items():
            if pattern in data:
                yield Hit(where, what)
        if depth < DEEP:
            for name, inner in _unpacked(data):
                yield from self.bytes_(inner, f"{where}!{name}", depth + 1)

    def tree(self, folder: Path, leave_out: Iterable[str] = ()) -> tuple[list[Hit], int]:
        """(hits, how many files were read) of every file under the folder, its names included."""
        hits, count = [], 0
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or any(part in leave_out for part in path.relative_to(folder).parts):
                continue
            count += 1
            hits += self.bytes_(path.name.encode(), f"name of {path}")
            hits += self.bytes_(path.read_bytes(), str(path))
            hits += self.bytes_(columns(path).encode(), f"columns of {path}")
        return hits, count


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is packed in the data: zip, gzip and bare zlib streams, also from the middle of a file on."""
    if data.startswith(b"PK\x03\x04"):
        with (
            suppress(zipfile.BadZipFile, RuntimeError, zlib.error),
            zipfile.ZipFile(io.BytesIO(data)) as archive,
        ):
            yield from ((name, archive.read(name)) for name in archive.namelist())
        return
    at = data.find(b"\x1f\x8b\x08")
    while at >= 0:
        inner = zlib.decompressobj(zlib.MAX_WBITS | 16)
        with suppress(zlib.error):
            yield f"gzip@{at}", inner.decompress(data[at:], LARGEST)
        at = data.find(b"\x1f\x8b\x08", at + 3)


def columns(path: Path) -> str:
    """What stands in the columns of a Parquet or DuckDB file, whose pages are packed in ways of their own."""
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist())
    if path.suffix == ".duckdb":
        with TemporaryDirectory() as aside, closing(duckdb.connect(str(copy(path, aside)))) as opened:
            tables = opened.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            return str([opened.execute(f'FROM "{one}"."{two}"').fetchall() for one, two in tables])
    return ""


def packed(text: str) -> dict[str, bytes]:
    """The text packed in the ways that the scanner must open, for its own test."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text)
    return {
        "gzip": gzip.compress(text.encode()),
        "gzip in the middle": b"x" * 100 + gzip.compress(text.encode()),
        "zip": zipped.getvalue(),
        "gzip in zip": _zipped(gzip.compress(text.encode())),
    }


def _zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inner.gz", data)
    return out.getvalue()
