"""What the commands of this room share: their options, the desk they compute on, the file they write."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import ibis.expr.types as ir
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.customers.identity.unseen import people_orders
from recompra.customers.roster import with_people
from recompra.predictions.asking import asked
from recompra.predictions.part import Asked, NotEnoughData, Part, Record
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, write
from recompra.warehouse.contract import Desk
from recompra.warehouse.engine import engine

as_json = click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
as_of = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help=_("Only purchases up to this day count; today when absent."),
)
horizon = click.option(
    "--horizon",
    type=click.IntRange(1, 3650),
    help=_("Over how many days; when absent, the shop's choice or what suits its rhythm."),
)
active = click.option(
    "--active",
    type=click.IntRange(1, 3650),
    help=_("Days after the last purchase that a customer is active; the shop's choice when absent."),
)
output = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("File to write: .csv, .xlsx or .parquet."),
)


@dataclass(frozen=True)
class Opened:
    """Where a command computes: the desk, the orders of people, and the question in full."""

    desk: Desk
    orders: ir.Table
    asked: Asked


def day_of(as_of: datetime | None) -> dt.date:
    """The day that was asked about; today when none was."""
    return as_of.date() if as_of else timezone.localdate()


@contextmanager
def opened(as_of: datetime | None, horizon: int | None = None, active: int | None = None) -> Iterator[Opened]:
    """A desk on the stored facts, which writes nothing. Refused where there are no sales."""
    facts = engine(settings.WAREHOUSE_URL)
    if not facts.version():
        raise Refused(_("There are no sales yet: bring them in with “recompra import”."))
    orders = people_orders()
    with facts.desk() as desk:
        question = asked(desk, orders, day_of(as_of), horizon_days=horizon, active_days=active)
        yield Opened(desk, orders, question)


def check_output(output: Path) -> None:
    """Before anything is computed."""
    if output.suffix.removeprefix(".") not in CONTENT_TYPES:
        raise click.BadParameter(_("The file must end in .csv, .xlsx or .parquet."), param_hint="--output")


def write_people(output: Path, columns: tuple[Column, ...], rows: Iterable[dict[str, Any]]) -> int:
    """A file without names or documents: `customer`, the public id that addresses show, then the columns,
    each titled by its name in the rows. Rows have a `customer_key`. Says how many there were."""
    names = tuple(column.title for column in columns)
    lines = ((person.public_id, *(row[name] for name in names)) for person, row in with_people(rows))
    return write(output, (Column("customer"), *columns), lines, machine=True)


def write_part(
    at: Opened, compute: Callable[[], Part], name: str, output: Path, columns: tuple[Column, ...]
) -> tuple[Record, dict[str, Any]]:
    """Write everybody of a part, in the order of their keys; nobody where there is too little to go by. The
    record, and what a command tells of it."""
    try:
        part = compute()
        batches = at.desk.run(part.table.order_by("customer_key")).to_batches(max_chunksize=10_000)
        record = part.record
    except NotEnoughData as less:
        batches, record = [], Record(name, {}, {}, None, is_shown=False, reason=less.reason)
    count = write_people(output, columns, (row for batch in batches for row in batch.to_pylist()))
    return record, {
        "as_of": at.asked.as_of.isoformat(),
        "horizon_days": at.asked.horizon_days,
        "active_days": at.asked.active_days,
        "customers": count,
        "is_shown": record.is_shown,
        "reason": record.reason,
        "accuracy": record.accuracy,
        "parameters": record.parameters,
        "file": str(output),
    }


def tell(told: dict[str, Any], *, as_json: bool) -> None:
    """What was written, as JSON or in a sentence."""
    sentence = _("%(customers)s customers as of %(as_of)s, in %(file)s.")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else sentence % told)
