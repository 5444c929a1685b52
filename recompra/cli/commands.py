"""Every command of the house: its own here, and those that the rooms offer."""

from __future__ import annotations

import click

from recompra.bench.commands import COMMANDS as BENCH
from recompra.cli.backup import backup
from recompra.cli.check import check
from recompra.cli.recover import recover
from recompra.cli.restore import restore
from recompra.cli.serve import serve, worker
from recompra.cli.setup import setup
from recompra.customers.enrichment.commands import COMMANDS as ENRICHMENT
from recompra.dashboards.commands import COMMANDS as DASHBOARDS
from recompra.demo.commands import COMMANDS as DEMO
from recompra.ingest.commands import COMMANDS as INGEST
from recompra.predictions.commands import COMMANDS as PREDICTIONS

COMMANDS: tuple[click.Command, ...] = (
    setup,
    serve,
    worker,
    check,
    backup,
    restore,
    recover,
    *INGEST,
    *ENRICHMENT,
    *DASHBOARDS,
    *PREDICTIONS,
    *DEMO,
    *BENCH,
)
