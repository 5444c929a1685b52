"""`recompra metrics value`: what each customer will spend, in a file."""

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
        record, told = write_part(at, lambda: value(at.desk, at.orders, at.asked), "value", output, COLUMNS)
    tell(told | {"totals": record.data.get("totals")}, as_json=as_json)


METRICS: tuple[click.Command, ...] = (predicted_value,)
