"""Where a person may stand in what imports keep for a while: rows set aside, a file's first rows, files.

A row is nobody's until somebody mends it, so it is searched by what tells the person, however it is written.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from recompra.customers.identifiers import name_key
from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.ingest.models import ImportRun, QuarantinedRow
from recompra.theme.personal import Row

CHUNK = 500
UPLOAD_SECONDS = 3600
UNDER_WAY = Q(status__in=ImportRun.LIVE) | Q(stage=ImportRun.Stage.READY)
NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Traces:
    """What of a person may stand in a row: `digits` of documents and phones, `words` in lower case, `names`
    without accents, `codes` that are the whole of a cell."""

    digits: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    codes: frozenset[str]

    def in_cells(self, cells: Iterable[str]) -> bool:
        return any(self._in(cell) for cell in cells if cell)

    def _in(self, cell: str) -> bool:
        bare = NOT_DIGIT.sub("", cell)
        if any(found in bare for found in self.digits):
            return True
        lower = cell.lower()
        if cell in self.codes or any(word in lower for word in self.words):
            return True
        return bool(self.names) and not cell.isdigit() and any(name in name_key(cell) for name in self.names)


def traces_of(customer_id: int) -> Traces | None:
    """None for who is not on record any more."""
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        return None
    points = list(ContactPoint.objects.filter(customer=customer).values_list("kind", "value", "match_key"))
    documents = [customer.cpf or "", NOT_DIGIT.sub("", customer.cnpj or ""), NOT_DIGIT.sub("", customer.rg)]
    digits = [text.lstrip("0") for text in documents] + [
        key[:8] for kind, _v, key in points if kind != "email"
    ]
    words = [value for kind, value, _key in points if kind == "email"]
    words += [text.lower() for text in (customer.cnpj, customer.rg, customer.street) if text]
    codes = ExternalId.objects.filter(customer=customer).values_list("value", flat=True)
    return Traces(
        digits=tuple(text for text in digits if len(text) >= 7),
        words=tuple(word for word in words if len(word) >= 6),
        names=(customer.name_key,) if " " in customer.name_key else (),
        codes=frozenset(code for code in codes if len(code) >= 6),
    )


def rows_of(customer_id: int) -> Iterator[QuarantinedRow]:
    """The rows set aside in which the person stands."""
    traces = traces_of(customer_id)
    if traces is None:
        return
    for row in QuarantinedRow.objects.order_by("pk").iterator(chunk_size=CHUNK):
        if traces.in_cells(str(value) for _header, value in row.raw):
            yield row


def exported(customer_id: int) -> list[Row]:
    """The rows set aside, as a dossier shows them."""
    return [
        {"id": row.pk, "run_id": row.run_id, "line": row.line, "code": row.code, "raw": row.raw}
        for row in rows_of(customer_id)
    ]


def delete_rows(customer_id: int) -> int:
    ids = [row.pk for row in rows_of(customer_id)]
    for at in range(0, len(ids), CHUNK):
        QuarantinedRow.objects.filter(pk__in=ids[at : at + CHUNK]).delete()
    return len(ids)


def blank_questions(customer_id: int) -> int:
    """Take away the first rows of files that wait for an answer, where the person stands in them."""
    traces, count = traces_of(customer_id), 0
    for run in ImportRun.objects.exclude(question=None) if traces else ():
        question: dict[str, Any] = run.question or {}
        if traces and traces.in_cells(_cells(question.get("rows", []))):
            count += ImportRun.objects.filter(pk=run.pk).update(question={**question, "rows": []})
    return count


def _cells(rows: list[list[Any]]) -> Iterator[str]:
    for row in rows:
        yield from (str(cell) for cell in row)


def at_work(before: datetime) -> bool:
    """Whether an import that began before then still has files on its desk: they go when it ends."""
    return ImportRun.objects.filter(UNDER_WAY, created_at__lt=before).exists()


def delete_files() -> int:
    """Delete the files of imports that have ended, which are kept for a second try, and uploads left behind.
    They may be packed in any way, so nobody looks inside."""
    place, incoming = settings.RECOMPRA_HOME / "imports", settings.FILE_UPLOAD_TEMP_DIR
    kept = set(ImportRun.objects.filter(UNDER_WAY).values_list("folder", flat=True))
    ended = set(ImportRun.objects.exclude(UNDER_WAY).values_list("folder", flat=True))
    count = 0
    for folder in list(place.iterdir()) if place.is_dir() else ():
        if folder.name in ended or (folder.name not in kept and _is_left(folder)):
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    for upload in list(incoming.iterdir()) if incoming.is_dir() else ():
        if _is_left(upload):
            upload.unlink(missing_ok=True)
            count += 1
    return count


def _is_left(path: Path) -> bool:
    """Whether nobody can be writing it any more."""
    return path.stat().st_mtime < time.time() - UPLOAD_SECONDS
