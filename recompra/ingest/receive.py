"""Files as they come, turned into text that can be read: unpacked, in UTF-8, without anything that ends a
reader.

What cannot stand in a row is replaced by a mark, so that the row is set aside and its neighbours are not:
NUL by U+E000, undecodable bytes by U+E001; a line beyond MAX_LINE becomes U+E002 alone.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from django.utils.translation import gettext as _

from recompra.ingest.desk import Desk
from recompra.theme.refused import Refused

CHUNK = 1 << 20
MAX_LINE = 1 << 20
NUL, UNDECODABLE, TOO_LONG = "\ue000", "\ue001", "\ue002"
MARKS = {NUL: "nul", UNDECODABLE: "undecodable", TOO_LONG: "line_too_long"}
ENCODINGS = {"utf-8", "cp1252", "latin-1", "iso-8859-1", "utf-16"}


@dataclass
class Seen:
    """What one pass over the bytes tells."""

    sha256: str
    size: int
    is_utf8: bool
    has_nul: bool
    has_long_line: bool
    has_mixed_ends: bool
    has_quotes: bool
    start: bytes

    @property
    def is_clean(self) -> bool:
        """Whether the file can be read as it lies."""
        bad = self.has_nul or self.has_long_line or self.has_mixed_ends
        return self.is_utf8 and not bad and not self.start.startswith(codecs.BOM_UTF8)


def look(path: Path, desk: Desk) -> Seen:
    """Read the file: hash, encoding, NULs, endless lines. The hash is made beside the rest."""
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_digest, path)
        seen = _look(path, desk)
        seen.sha256 = digest.result()
    return seen


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look(path: Path, desk: Desk) -> Seen:
    size, carry, start = 0, 0, b""
    is_utf8, has_nul, has_long = True, False, False
    has_quotes, ends, returns, pairs = False, 0, 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            desk.lease.keep()
            start = start or chunk[:4]
            size += len(chunk)
            if b"\r" in chunk:
                if chunk.endswith(b"\r"):  # keep a pair of \r\n in one piece
                    more = file.read(1)
                    size += len(more)
                    chunk += more
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n")
                ends += chunk.count(b"\n")
            elif b"\n" in chunk:
                ends += 1  # without any \r one tells as much as all
            has_nul = has_nul or b"\0" in chunk
            has_quotes = has_quotes or b'"' in chunk
            first = chunk.find(b"\n")
            has_long = has_long or carry + (first if first >= 0 else len(chunk)) > MAX_LINE
            carry = carry + len(chunk) if first < 0 else len(chunk) - chunk.rfind(b"\n") - 1
            if is_utf8 and (decoder.getstate()[0] or not is_plain_utf8(chunk)):
                is_utf8 = _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", True)
    mixed = bool(returns) and not (returns == pairs == ends or not ends)
    return Seen("", size, is_utf8, has_nul, has_long, mixed, has_quotes, start)


def is_plain_utf8(chunk: bytes) -> bool:
    """Whether these bytes are ASCII and whole letters of two bytes (RFC 3629), which all of Portuguese is.
    Twice as quick as decoding them; of what else is valid it cannot tell."""
    if chunk.isascii():
        return True
    octets = np.frombuffer(chunk, np.int8)
    at = np.flatnonzero(octets < 0)
    if len(at) % 2:
        return False
    beyond = octets.view(np.uint8)[at]
    first, second = beyond[::2], beyond[1::2]
    is_beside = (at[1::2] - at[::2] == 1).all()
    return bool(is_beside and ((first >= 0xC2) & (first <= 0xDF)).all() and (second <= 0xBF).all())


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def readable(path: Path, target: Path, desk: Desk, *, encoding: str = "") -> tuple[Path, str, Seen]:
    """(a file in clean UTF-8, the encoding found, what was seen). The file itself when it is clean
    already.
    """
    seen = look(path, desk)
    if not seen.size:
        raise Refused(_("The file is empty."))
    found = encoding.lower() or _encoding(path, seen, desk)
    if found not in (*ENCODINGS, "mixed"):
        raise Refused(
            _("The encoding “%(name)s” is not known. Known: %(known)s.")
            % {"name": found, "known": ", ".join(sorted(ENCODINGS))}
        )
    if found == "utf-8" and seen.is_clean:
        return path, found, seen
    draft = target.with_suffix(".draft")
    with path.open("rb") as source, draft.open("w", encoding="utf-8", newline="") as out:
        for text in _texts(source, found, seen, desk):
            clean = text.replace("\0", NUL)
            out.write(clean.replace("\r\n", "\n").replace("\r", "\n") if seen.has_mixed_ends else clean)
    draft.replace(target)
    return target, found, seen


def _encoding(path: Path, seen: Seen, desk: Desk) -> str:
    if seen.start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if seen.is_utf8:
        return "utf-8"
    utf8 = other = 0
    with path.open("rb") as file:
        for line in _lines(file, desk):
            if not line.isascii():
                valid = _is_utf8(line)
                utf8 += valid
                other += not valid
    return "cp1252" if utf8 * 20 <= other else "mixed" if other > utf8 else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _texts(file: BinaryIO, encoding: str, seen: Seen, desk: Desk) -> Iterator[str]:
    """The file's text in pieces, with marks where something had to go."""
    if encoding == "utf-16":
        yield from _decoded(file, "utf-16", desk)
    elif encoding in ("utf-8", "mixed"):
        first = True
        for line in _lines(file, desk):
            text = _decode(line, encoding)
            yield text.removeprefix("\ufeff") if first else text
            first = False
    elif seen.has_long_line:
        yield from (line.decode("cp1252", errors="recompra_mark") for line in _lines(file, desk))
    else:
        yield from _decoded(file, "cp1252", desk)


def _decode(line: bytes, encoding: str) -> str:
    if encoding == "mixed" and not _is_utf8(line):
        return line.decode("cp1252", errors="recompra_mark")
    return line.decode("utf-8", errors="recompra_mark")


def _decoded(file: BinaryIO, encoding: str, desk: Desk) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="recompra_mark")
    while chunk := file.read(CHUNK):
        desk.lease.keep()
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def _lines(file: BinaryIO, desk: Desk) -> Iterator[bytes]:
    """Lines with their ends; one beyond MAX_LINE comes as the mark of a line that is too long."""
    while line := file.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while rest := file.readline(MAX_LINE):
            desk.lease.keep()
            if rest.endswith(b"\n"):
                break
        yield TOO_LONG.encode() + b"\n"


def _mark(error: UnicodeError) -> tuple[str, int]:
    return UNDECODABLE, error.end if isinstance(error, UnicodeDecodeError) else 0


codecs.register_error("recompra_mark", _mark)
