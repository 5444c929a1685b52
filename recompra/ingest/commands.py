"""`recompra import`: files in, a report out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from recompra.customers.models import Refresh
from recompra.ingest.labels import ANONYMOUS, LEFT_OUT, happened, is_anonymous
from recompra.ingest.models import ImportRun, Publication
from recompra.ingest.quarantine import CODES
from recompra.ingest.sources.catalog import sources
from recompra.ingest.start import start
from recompra.theme.refused import Refused
from recompra.work.drain import drain, finish


@click.command(
    "import",
    help=_(
        "Import sales, customers, products, members, visits or messages from files. SOURCE: csv, excel, "
        "parquet or olist."
    ),
)
@click.argument("source", type=click.Choice(tuple(sources())))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Say what would happen; write nothing."))
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy"]),
    help=_("Whether 02/10 is 2 October (dmy) or 10 February (mdy)."),
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="THEIRS=OURS",
    help=_("What a column of the file is; repeat as needed."),
)
@click.option("--encoding", help=_("Encoding of the file, when it is not found out rightly."))
@click.option("--delimiter", help=_("What separates the columns, when it is not found out rightly."))
@click.option("--store", help=_("Store of the rows that name none."))
@click.option("--online", is_flag=True, help=_("That store is the online shop."))
@click.option(
    "--system", help=_("Whose customer and order numbers these are, when several systems are imported.")
)
@click.option("--scores/--no-scores", default=True, help=_("Compute everybody's scores afterwards."))
def import_(
    source: str,
    paths: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
    mapping: tuple[str, ...],
    scores: bool,
    **given: Any,
) -> None:
    options = {name: value for name, value in given.items() if value}
    options["mapping"] = dict(_pair(text) for text in mapping)
    run = start(source, list(paths), dry_run=dry_run, options=options)
    with _shown(as_json) as watch:
        report = _finish(run, watch)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else "\n".join(lines(report)))
    if scores and not dry_run:
        drain(Refresh)


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.rpartition("=")
    if not equals or not theirs:
        raise click.BadParameter(_("write it as THEIR COLUMN=OURS"), param_hint="--map")
    return theirs.strip(), ours.strip()


def _finish(run: ImportRun, watch: Any) -> dict[str, Any]:
    """See the run and its publication to the end, here or in the worker that has it; raises Refused as it
    ended.
    """
    run = finish(run, watch)
    if run.status != ImportRun.Status.DONE:
        raise Refused(run.error or _("The import was cancelled."))
    while run.stage == ImportRun.Stage.READY:
        waiting = Publication.objects.filter(status__in=Publication.LIVE).order_by("pk").first()
        if waiting is None:
            last = Publication.objects.order_by("-pk").first()
            raise Refused(
                last.error if last and last.error else _("The import is ready and was not published.")
            )
        ended = finish(waiting)
        run.refresh_from_db()
        if ended.status != Publication.Status.DONE and run.stage == ImportRun.Stage.READY:
            raise Refused(ended.error or _("The import is ready and was not published."))
    if run.status != ImportRun.Status.DONE:
        raise Refused(run.error)
    report: dict[str, Any] = {"run": run.pk, **run.report}
    return report


@contextmanager
def _shown(as_json: bool) -> Iterator[Any]:
    """A line on the terminal that tells how far it is; nothing where nobody looks."""
    if as_json or not sys.stderr.isatty():
        yield None
        return

    def watch(row: ImportRun) -> None:
        click.echo(
            f"\r\x1b[K{_(row.progress_phase) if row.progress_phase else ''} "
            f"{row.progress_done}/{row.progress_total}",
            nl=False,
            err=True,
        )

    yield watch
    click.echo("\r\x1b[K", nl=False, err=True)


def lines(report: dict[str, Any]) -> list[str]:
    """The report in words."""
    figures, people = report["figures"], report["people"]
    found = [
        _(
            "Read: %(read)s rows = %(accepted)s accepted + %(unchanged)s unchanged + %(quarantined)s "
            "quarantined + %(duplicated)s duplicated"
        )
        % {
            name: _number(report[name])
            for name in ("read", "accepted", "unchanged", "quarantined", "duplicated")
        }
    ]
    if report["blank"]:
        found.append(_("Blank rows skipped: %(count)s") % {"count": _number(report["blank"])})
    if figures.get("orders") is not None:
        found.append(
            _(
                "Orders: %(orders)s (%(cancelled)s cancelled), %(customers)s customers, %(first)s to "
                "%(last)s, items total %(total)s"
            )
            % {
                "orders": _number(figures["orders"]),
                "cancelled": _number(figures["cancelled_orders"]),
                "customers": _number(figures["customers"]),
                "first": figures["first_day"],
                "last": figures["last_day"],
                "total": figures["items_total"],
            }
        )
    if is_anonymous(report):
        found.append(str(ANONYMOUS))
    if people.get("distinct"):
        found.append(
            _("People: %(new)s new, %(changed)s changed, %(distinct)s in all")
            % {name: _number(people[name]) for name in ("new", "changed", "distinct")}
        )
    if people.get("erased"):
        count = _number(people["erased"])
        found.append(
            _("Left out: %(count)s people who asked to be erased; their sales stay") % {"count": count}
        )
    found.extend(_further(report))
    found.extend(
        f"  {_number(count)} × {CODES.get(code, code)} ({code})"
        for code, count in report["quarantine"].items()
    )
    ignored = [header for part in report["mapping"] for header in part["ignored"]]
    if ignored:
        found.append(_("Columns not used: %(names)s") % {"names": ", ".join(ignored)})
    if report["dry_run"]:
        found.append(_("Dry run: nothing was written."))
    return found


def _further(report: dict[str, Any]) -> list[str]:
    """What only members, visits and messages have."""
    figures, found = report["figures"], []
    if figures.get("members"):
        told = ", ".join(f"{program} {_number(count)}" for program, count in figures["members"].items())
        found.append(_("Members: %(told)s") % {"told": told})
    if figures.get("visits"):
        found.append(
            _("Visits: %(visits)s of %(visitors)s visitors, %(purchases)s purchases on the site")
            % {
                "visits": _number(figures["visits"]),
                "visitors": _number(figures["visitors"]),
                "purchases": _number(figures["site_purchases"]),
            }
        )
    if figures.get("events"):
        told = ", ".join(f"{happened(event)} {_number(count)}" for event, count in figures["events"].items())
        found.append(_("Messages: %(told)s") % {"told": told})
    if figures.get("lowered"):
        count = _number(figures["lowered"])
        found.append(_("Customers who want no more messages from now on: %(count)s") % {"count": count})
    found.extend(
        _("Left out: %(count)s %(what)s") % {"count": _number(count), "what": LEFT_OUT.get(reason, reason)}
        for reason, count in report.get("left_out_as", {}).items()
    )
    return found


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
