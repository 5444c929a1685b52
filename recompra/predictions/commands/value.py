"""`recompra metrics value`: what each customer will spend, in a file."""

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
from recompra.predictions.part import NOT_ENOUGH, NotEnoughData, Record
from recompra.predictions.value import HORIZONS, value
from recompra.theme.spreadsheet import Column, Kind

MONEY = tuple(f"spend_{days}{end}" for days in HORIZONS for end in ("", "_low", "_high"))
NUMBERS = ("p_alive", "p_none", *(f"expected_{days}" for days in HORIZONS))
COLUMNS = tuple(Column(name, Kind.NUMBER) for name in (*NUMBERS, *MONEY))


@click.command(
    "value",
    help=_("Write what each customer is expected to buy and to spend in 90, 180 and 365 days."),
)
@as_of
@horizon
@output
@as_json
def predicted_value(as_of: datetime | None, horizon: int | None, output: Path, as_json: bool) -> None:
    check_output(output)
    with opened(as_of, horizon) as at:
        record, rows = _answer(at)
        count = write_people(output, COLUMNS, rows)
    told = {
        "as_of": at.asked.as_of.isoformat(),
        "horizon_days": at.asked.horizon_days,
        "customers": count,
        "is_shown": record.is_shown,
        "reason": record.reason,
        "totals": record.data.get("totals"),
        "accuracy": record.accuracy,
        "parameters": record.parameters,
        "file": str(output),
    }
    sentence = _("%(customers)s customers as of %(as_of)s, in %(file)s.")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else sentence % told)


def _answer(at: Opened) -> tuple[Record, Iterator[dict[str, Any]]]:
    """The record, and everybody in the order of their keys; nobody where nobody bought yet."""
    try:
        part = value(at.desk, at.orders, at.asked)
    except NotEnoughData:
        return Record("value", {}, {}, None, is_shown=False, reason=NOT_ENOUGH), iter(())
    batches = at.desk.run(part.table.order_by("customer_key")).to_batches(max_chunksize=10_000)
    return part.record, (row for batch in batches for row in batch.to_pylist())


METRICS: tuple[click.Command, ...] = (predicted_value,)
