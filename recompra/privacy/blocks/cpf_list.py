"""CPFs that somebody typed or pasted, or brings in a file: the good ones, and for each bad one why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from recompra.customers.identifiers import cpf, name_key
from recompra.theme.refused import Refused

MOST = 5_000
LARGEST = 5_000_000
SHOWN = 40
_BETWEEN = re.compile(r"[,;\t|]")


@dataclass(frozen=True)
class Bad:
    """A line that holds no CPF: its number, what stands there (cut), and what is wrong with it."""

    line: int
    text: str
    problem: str


@dataclass
class Cpfs:
    """Each CPF once, in the order given."""

    good: list[str] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    repeated: int = 0

    def add(self, line: int, text: str) -> None:
        """One cell; an empty one is nothing."""
        if not text.strip():
            return
        found = cpf(text)
        if found is None:
            self.bad.append(Bad(line, text.strip()[:SHOWN], problem_of(text)))
        elif found in self._known:
            self.repeated += 1
        else:
            self._known.add(found)
            self.good.append(found)

    def __post_init__(self) -> None:
        self._known = set(self.good)


def problem_of(text: str) -> str:
    """What is wrong with this CPF."""
    digits = "".join(mark for mark in text if mark in "0123456789")
    if any(mark.isalpha() for mark in text) or not digits:
        return _("not a CPF")
    if len(digits) < 11:
        return _("too few digits")
    if len(digits) == 14:
        return _("this is a CNPJ")
    return _("too many digits") if len(digits) > 11 else _("the check digits do not fit")


def read_typed(text: str) -> Cpfs:
    """CPFs one below the other, or with commas or semicolons between them."""
    found = Cpfs()
    for number, line in enumerate(text.splitlines(), 1):
        for cell in _BETWEEN.split(line):
            found.add(number, cell)
    return _not_too_many(found)


def read_file(name: str, file: BinaryIO) -> Cpfs:
    """The column "CPF" of a CSV or a spreadsheet; without such a heading, the first column. Raises Refused
    for what cannot be read."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused(_("The file is too large: up to 5 MB."))
    rows = _csv(content) if name.lower().endswith((".csv", ".txt")) else _sheet(content)
    return _not_too_many(_column(rows))


def _not_too_many(found: Cpfs) -> Cpfs:
    if len(found.good) > MOST:
        raise Refused(_("Too many at once: up to 5,000 CPFs. Divide the list."))
    return found


def _column(rows: Iterable[Sequence[str]]) -> Cpfs:
    found, place = Cpfs(), None
    for number, row in enumerate(rows, 1):
        if place is None:
            if not any(cell.strip() for cell in row):
                continue
            named = [at for at, cell in enumerate(row) if name_key(cell).split()[:1] == ["cpf"]]
            place = named[0] if named else 0
            if named:
                continue
        found.add(number, row[place] if place < len(row) else "")
    return found


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    between = max(";,\t|", key=first.count)
    return list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=between))


def _sheet(content: bytes) -> list[list[str]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Refused(_("The file cannot be read: save it as CSV or XLSX and try again.")) from error
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> str:
    """A number kept as a number loses its ".0", and gets back the zeros in front in `identifiers.cpf`."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
