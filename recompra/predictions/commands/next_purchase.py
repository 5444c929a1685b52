"""`recompra metrics next-purchase`: when each customer's next purchase is due, in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from recompra.predictions.commands.frame import (
    Opened,
    as_json,
    as_of,
    check_output,
    horizon,
    opened,
    output,
    write_people,
)
from recompra.predictions.part import NotEnoughData, Record
from recompra.predictions.rhythm import whole_rhythm
from recompra.theme.spreadsheet import Column, Kind

COLUMNS = (
    Column("last_on", Kind.DAY),
    Column("purchase_days", Kind.INTEGER),
    Column("mean_days", Kind.NUMBER),
    Column("interval_days", Kind.NUMBER),
    Column("next_on", Kind.DAY),
    Column("next_from", Kind.DAY),
    Column("next_until", Kind.DAY),
    Column("is_pooled", Kind.FLAG),
)


@click.command(
    "next-purchase",
    help=_("Write when each customer's next purchase is due: the interval, the day and its window."),
)
@as_of
@horizon
@output
@as_json
def next_purchase(as_of: datetime | None, horizon: int | None, output: Path, as_json: bool) -> None:
    check_output(output)
    with opened(as_of, horizon) as at:
        record, rows = _answer(at)
        count = write_people(output, COLUMNS, rows)
    told = {
        "as_of": at.asked.as_of.isoformat(),
        "customers": count,
        "is_shown": record.is_shown,
        "reason": record.reason,
        "accuracy": record.accuracy,
        "parameters": record.parameters,
        "file": str(output),
    }
    sentence = _("%(customers)s customers as of %(as_of)s, in %(file)s.")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else sentence % told)


def _answer(at: Opened) -> tuple[Record, Iterator[dict[str, Any]]]:
    """The record, and everybody in the order of their keys; nobody where no interval ended yet."""
    try:
        part = whole_rhythm(at.desk, at.orders, at.asked)
    except NotEnoughData as less:
        return Record("rhythm", {}, {}, None, is_shown=False, reason=less.reason), iter(())
    batches = at.desk.run(part.table.order_by("customer_key")).to_batches(max_chunksize=10_000)
    return part.record, (row for batch in batches for row in batch.to_pylist())


METRICS: tuple[click.Command, ...] = (next_purchase,)
