"""`recompra metrics`: the metrics there are, the RFM report as a file, and the map of the 125 cells."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.analytics import catalog
from recompra.analytics.rfm_map import cells
from recompra.dashboards.analyses.commands import COMMANDS as ANALYSES
from recompra.dashboards.analyses.commands import as_json, store_keys
from recompra.dashboards.report_file import write_for_machines
from recompra.dashboards.rfm_report import Question, answer
from recompra.predictions.commands import METRICS as PREDICTED
from recompra.theme.refused import Refused
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import CONTENT_TYPES
from recompra.warehouse.engine import engine


@click.group(help=_("Metrics of the customers, from the stored facts."))
def metrics() -> None:
    pass


@metrics.command("list", help=_("The metrics there are, and the tables each one reads."))
@click.option("--steps", is_flag=True, help=_("Also the steps that only other metrics read."))
@as_json
def list_metrics(steps: bool, as_json: bool) -> None:
    found = [metric for metric in catalog.metrics() if steps or not metric.is_step]
    if as_json:
        click.echo(json.dumps([metric.described() for metric in found], ensure_ascii=False))
        return
    for metric in found:
        click.echo(f"{metric.name:24} {metric.title} ({', '.join(metric.tables)})")


@metrics.command(
    "rfm", help=_("Write the RFM report as of a day: one row per customer, without names or documents.")
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help=_("Only purchases up to this day count; today when absent."),
)
@click.option(
    "--window-days",
    type=click.IntRange(min=1),
    help=_("Frequency and value count this many days; all when absent."),
)
@click.option("--store", help=_("Code or name of one store; all when absent."))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("File to write: .csv, .xlsx or .parquet."),
)
@as_json
def rfm(
    as_of: datetime | None, window_days: int | None, store: str | None, output: Path, as_json: bool
) -> None:
    day = as_of.date() if as_of else timezone.localdate()
    if output.suffix.removeprefix(".") not in CONTENT_TYPES:
        raise click.BadParameter(_("The file must end in .csv, .xlsx or .parquet."), param_hint="--output")
    if not engine(settings.WAREHOUSE_URL).version():
        raise Refused(_("There are no sales yet: bring them in with “recompra import”."))
    with answer(Question(day, window_days, store_keys(store))) as found:
        customers = write_for_machines(output, found.rows)
    report: dict[str, object] = {
        "as_of": day.isoformat(),
        "window_days": window_days,
        "customers": customers,
        "cuts_version": found.cuts_version,
        "recency_edges": found.cuts.recency,
        "frequency_edges": found.cuts.frequency,
        "monetary_edges": [str(edge) for edge in found.cuts.monetary],
        "file": str(output),
    }
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else told(report))


def told(report: dict[str, object]) -> str:
    sentence = _("%(customers)s customers as of %(as_of)s, in %(file)s.") % report
    return f"{sentence} {cuts_told(report['cuts_version'])}"


def cuts_told(version: object) -> str:
    if version is None:
        return _("Cuts made from these sales.")
    return _("Cuts: version %(version)s.") % {"version": version}


@metrics.command("rfm-map", help=_("The segment of each of the 125 cells of scores."))
@as_json
def rfm_map(as_json: bool) -> None:
    rows = [
        {"recency": r, "frequency": f, "monetary": v, "segment": code, "name": str(segment(code).label)}
        for r, f, v, code in cells()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("{recency}{frequency}{monetary}  {segment:16} {name}".format(**row))


for _command in (*ANALYSES, *PREDICTED):
    metrics.add_command(_command)
