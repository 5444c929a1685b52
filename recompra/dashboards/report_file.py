"""The file of an RFM report: made by the worker for people, or written by the command line for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from recompra.accounts import audit
from recompra.accounts.masking import mask_cpf, sees_personal_data
from recompra.customers.roster import with_people
from recompra.dashboards.rfm_report import Question, answer
from recompra.theme import formats
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import Column, Kind, write
from recompra.work.lease import Lease
from recompra.work.made import Made

if TYPE_CHECKING:
    from recompra.dashboards.models import Report

REPORTS = Made("reports")
WRITING = gettext_noop("writing the report")
MACHINE = (
    Column("customer"),
    Column("first_on", Kind.DAY),
    Column("last_on", Kind.DAY),
    Column("orders", Kind.INTEGER),
    Column("purchase_days", Kind.INTEGER),
    Column("ltv", Kind.MONEY),
    Column("aov", Kind.MONEY),
    Column("mean_interval_days", Kind.MONEY),
    Column("recency_days", Kind.INTEGER),
    Column("frequency", Kind.INTEGER),
    Column("monetary", Kind.MONEY),
    Column("recency_score", Kind.INTEGER),
    Column("frequency_score", Kind.INTEGER),
    Column("monetary_score", Kind.INTEGER),
    Column("segment"),
)
NAMES = tuple(column.title for column in MACHINE[1:])


def write_for_machines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """A file without names or documents: a customer is the public id that addresses show; how many rows."""
    lines = ((person.public_id, *(row[name] for name in NAMES)) for person, row in with_people(rows))
    return write(path, MACHINE, lines, machine=True)


def make(report: Report, lease: Lease) -> None:
    """Write the report's file and log who took how many people's data, and what for."""
    with override(settings.LANGUAGE_CODE), answer(question(report)) as found:
        REPORTS.ready()
        total = found.customers
        lease.progress(0, total, WRITING)
        unmasked = report.unmasked and sees_personal_data(report.asked_by)
        report.rows = write(
            report.path,
            columns(),
            lines(found.rows, unmasked),
            done=lambda count: lease.progress(count, total),
        )
    report.path.chmod(0o600)
    report.save()
    audit.record(
        report.asked_by,
        "export_rfv",
        fields=("name", "cpf") if unmasked else ("name",),
        count=report.rows,
        reason=str(report.get_reason_display()),
    )


def question(report: Report) -> Question:
    """What the report asks, within the stores that its asker may see now."""
    scope = report.asked_by.store_scope()
    if report.store_id is not None:
        scope = frozenset((report.store_id,)) & scope if scope is not None else frozenset((report.store_id,))
    window = (report.as_of - report.since).days + 1 if report.since else None
    return Question(report.as_of, window, scope)


def columns() -> tuple[Column, ...]:
    """The headings for people, in the order of `lines`."""
    return (
        Column(_("Customer"), width=32),
        Column("CPF", width=16),
        Column(_("Segment"), width=20),
        Column(_("Last purchase"), Kind.DAY),
        Column(_("Days since"), Kind.INTEGER),
        Column(_("Purchase days in the period"), Kind.INTEGER, 16),
        Column(_("Total in the period (R$)"), Kind.MONEY, 18),
        Column(_("Recency (1-5)"), Kind.INTEGER),
        Column(_("Frequency (1-5)"), Kind.INTEGER),
        Column(_("Value (1-5)"), Kind.INTEGER),
        Column(_("First purchase"), Kind.DAY),
        Column(_("Orders ever"), Kind.INTEGER),
        Column(_("Lifetime value (R$)"), Kind.MONEY, 18),
        Column(_("Average order (R$)"), Kind.MONEY, 18),
        Column(_("Mean days between purchases"), Kind.MONEY, 18),
        Column(_("Code in Recompra"), width=38),
    )


def lines(rows: Iterable[dict[str, Any]], unmasked: bool) -> Iterator[tuple[Any, ...]]:
    shown = formats.cpf if unmasked else mask_cpf
    for person, row in with_people(rows):
        yield (
            person.name,
            shown(person.cpf) if person.cpf else "",
            str(segment(row["segment"]).label),
            row["last_on"],
            row["recency_days"],
            row["frequency"],
            row["monetary"],
            row["recency_score"],
            row["frequency_score"],
            row["monetary_score"],
            row["first_on"],
            row["orders"],
            row["ltv"],
            row["aov"],
            row["mean_interval_days"],
            person.public_id,
        )


def sweep() -> None:
    """The clock's call: a report is kept for a day, whoever asked for it."""
    REPORTS.sweep()
