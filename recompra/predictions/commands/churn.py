"""`recompra metrics churn`: the risk of losing each customer, in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from recompra.customers.identity.unseen import people_items
from recompra.predictions.churn import churn as risk_of_loss
from recompra.predictions.commands.frame import (
    Opened,
    active,
    as_json,
    as_of,
    check_output,
    horizon,
    opened,
    output,
    write_people,
)
from recompra.predictions.part import NotEnoughData, Record
from recompra.theme.spreadsheet import Column, Kind

COLUMNS = (
    Column("is_active", Kind.FLAG),
    Column("churn_risk", Kind.NUMBER),
    Column("churn_base", Kind.NUMBER),
    Column("churn_recency", Kind.NUMBER),
    Column("churn_ticket", Kind.NUMBER),
    Column("churn_frequency", Kind.NUMBER),
    Column("churn_growth", Kind.NUMBER),
    Column("churn_mix", Kind.NUMBER),
    Column("churn_source"),
)


@click.command(
    "churn",
    help=_("Write each customer's risk of not buying any more in the horizon, and what five behaviours add."),
)
@as_of
@horizon
@active
@output
@as_json
def churn(
    as_of: datetime | None, horizon: int | None, active: int | None, output: Path, as_json: bool
) -> None:
    check_output(output)
    with opened(as_of, horizon, active) as at:
        record, rows = _answer(at)
        count = write_people(output, COLUMNS, rows)
    told = {
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
    sentence = _("%(customers)s customers as of %(as_of)s, in %(file)s.")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else sentence % told)


def _answer(at: Opened) -> tuple[Record, Iterator[dict[str, Any]]]:
    """The record, and everybody in the order of their keys; nobody where there is too little to go by."""
    try:
        part = risk_of_loss(at.desk, at.orders, people_items(), at.asked)
    except NotEnoughData as less:
        return Record("churn", {}, {}, None, is_shown=False, reason=less.reason), iter(())
    batches = at.desk.run(part.table.order_by("customer_key")).to_batches(max_chunksize=10_000)
    return part.record, (row for batch in batches for row in batch.to_pylist())


METRICS: tuple[click.Command, ...] = (churn,)
