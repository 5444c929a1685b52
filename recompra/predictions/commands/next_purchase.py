"""`recompra metrics next-purchase`: when each customer's next purchase is due, in a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from recompra.predictions.commands.frame import (
    as_json,
    as_of,
    check_output,
    horizon,
    opened,
    output,
    tell,
    write_part,
)
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
        _record, told = write_part(
            at, lambda: whole_rhythm(at.desk, at.orders, at.asked), "rhythm", output, COLUMNS
        )
    tell(told, as_json=as_json)


METRICS: tuple[click.Command, ...] = (next_purchase,)
