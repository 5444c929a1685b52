"""Rows set aside: every code, and the sentence that tells a person what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from recompra.ingest.desk import Desk
from recompra.ingest.forgotten import stand_in
from recompra.ingest.models import QuarantinedRow
from recompra.ingest.stream import placed
from recompra.privacy.erasure.suppression import anybody_erased

CODES = {
    "columns_missing": _("The row has fewer columns than the header."),
    "columns_extra": _("The row has more columns than the header."),
    "quote_broken": _("A quotation mark is opened and never closed, or stands where it may not."),
    "line_too_long": _("The line is too long to be a row of a table."),
    "row_unreadable": _("The row cannot be read."),
    "undecodable": _("The row has letters in another encoding than the rest of the file."),
    "nul": _("The row has a NUL character in it: the file is damaged there."),
    "order_missing": _("The row has no order number although the file has a column for it."),
    "date_missing": _("The row has no date."),
    "date_invalid": _("The date cannot be read."),
    "date_out_of_range": _("The date is before 1990 or in the future."),
    "time_invalid": _("The time of day cannot be read."),
    "amount_missing": _("The row has no value."),
    "amount_invalid": _("A value or quantity cannot be read as a number."),
    "amount_absurd": _("The value is above R$ 10 million, or the quantity above one million."),
    "line_repeated": _("This order already has another item with the same item number."),
    "items_set_aside": _("Every item of this order was set aside: mend them and import both files again."),
    "person_unidentified": _("The row has no id, CPF, e-mail or mobile number that is valid."),
    "product_missing": _("The row has no product code."),
    "membership_missing": _("The row names no programme and no tier."),
    "event_missing": _("The row does not say what happened."),
    "event_unknown": _("What happened is none of: sent, delivered, opened, clicked, bounced, unsubscribed."),
}

CHUNK = 2_000
KEPT = 100_000
"""Rows of one run whose content is kept for mending; beyond that only the counts are."""


def set_aside(desk: Desk) -> None:
    """Copy the run's quarantined rows from the desk to where people can see them. Run again, it gives the
    same.
    """
    run = desk.run
    QuarantinedRow.objects.filter(run=run).delete()
    rows = _rows(desk)
    while chunk := list(islice(rows, CHUNK)):
        with desk.lease.step():
            _leave_out_erased(desk, chunk)
            QuarantinedRow.objects.bulk_create(chunk)


def _leave_out_erased(desk: Desk, rows: list[QuarantinedRow]) -> None:
    """Of a row of somebody who was erased only the reason is kept."""
    if not anybody_erased():
        return
    parts = desk.facts.get("mapping", [])
    named = {theirs for part in parts for theirs, ours in part["columns"].items() if ours == "customer_id"}
    for row, is_erased in zip(rows, stand_in([row.raw for row in rows], named, desk.run.system), strict=True):
        if is_erased:
            row.raw = []


def _rows(desk: Desk) -> Iterator[QuarantinedRow]:
    left = KEPT
    for number, name in enumerate(desk.run.files):
        headers: list[str] = desk.facts["headers"][number] if "headers" in desk.facts else []
        for line, code, raw in _problems(desk, number, left):
            left -= 1
            named = raw if isinstance(raw, dict) else {"": raw}
            shown = [[_header(headers, key), value or ""] for key, value in named.items()]
            yield QuarantinedRow(run=desk.run, file=name, line=line, code=code, raw=shown)


def _header(headers: list[str], key: str) -> str:
    position = key[1:]
    return headers[int(position)] if position.isdigit() and int(position) < len(headers) else key


def _problems(desk: Desk, number: int, limit: int) -> Iterator[tuple[int, str, Any]]:
    rejects = desk.run_sql(
        "SELECT line, code, raw FROM rejects WHERE file = ? ORDER BY line LIMIT ?", [number, limit]
    )
    yield from ((line, code, _clean(raw)) for line, code, raw in rejects)
    source = placed(desk, number)
    if not source or not desk.run_sql("SELECT 1 FROM problems WHERE file = ? LIMIT 1", [number]):
        return
    before = [row[0] for row in rejects]
    names = desk.columns(f"found_{number}")
    problems = desk.db.cursor().execute(
        f"SELECT p.line, p.code, f.* EXCLUDE (rowid) FROM problems AS p "  # noqa: S608
        f"JOIN {source} AS f ON f.rowid = p.line WHERE p.file = ? ORDER BY p.line LIMIT ?",
        [number, max(limit - len(rejects), 0)],
    )
    while chunk := problems.fetchmany(CHUNK):
        for row in chunk:
            raw = {name: _clean(value) for name, value in zip(names, row[2:], strict=True)}
            yield _record(row[0], before), row[1], raw


def _record(position: int, rejects: list[int]) -> int:
    """The record number in the file of the row at this position among those that could be read; the header
    is 1.
    """
    line = position + 2
    for reject in rejects:
        if reject > line:
            break
        line += 1
    return line


def _clean(value: str | None) -> str | None:
    """Without NULs (no database takes them) and not endless."""
    return (
        None
        if value is None
        else value.replace("\0", "").replace("\ue000", "�").replace("\ue001", "�")[:2_000]
    )
