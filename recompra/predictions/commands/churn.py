"""`recompra metrics churn`: the risk of losing each customer, in a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from recompra.customers.identity.unseen import people_items
from recompra.predictions.churn import churn as risk_of_loss
from recompra.predictions.commands.frame import (
    active,
    as_json,
    as_of,
    check_output,
    horizon,
    opened,
    output,
    tell,
    write_part,
)
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
        _record, told = write_part(
            at, lambda: risk_of_loss(at.desk, at.orders, people_items(), at.asked), "churn", output, COLUMNS
        )
    tell(told, as_json=as_json)


METRICS: tuple[click.Command, ...] = (churn,)
