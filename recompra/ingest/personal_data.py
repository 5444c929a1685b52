"""What this room holds about people, what for, and how long."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from recompra.ingest import traces
from recompra.theme.personal import Declared, Held, Row, columns, forget, rows_about

CONTRACT = _("art. 7, V: contract with the customer")

PERSONAL = (
    Declared(
        columns("ingest.QuarantinedRow", "raw"),
        _("mending a row that could not be imported"),
        CONTRACT,
        _("30 days, then deleted by the clock; deleted at once when the import is cancelled"),
    ),
    Declared(
        columns("ingest.ImportRun", "question"),
        _("the first rows of a file whose columns a person has to name"),
        CONTRACT,
        _("until answered, two days at most"),
    ),
)

NOT_PERSONAL = frozenset(
    (
        *columns(
            "ingest.ImportRun",
            "status due_at owner lease_until error progress_phase created_at started_at finished_at "
            "source system folder "
            "files options stage report",
        ),
        *columns(
            "ingest.Publication",
            "status due_at owner lease_until error progress_phase created_at started_at finished_at",
        ),
        *columns("ingest.QuarantinedRow", "file code created_at"),
        *columns("ingest.HeaderMapping", "source header column"),
        *columns("ingest.SeenPerson", "system"),
        *columns("ingest.Pepper", "value"),
    )
)

HELD = (Held("ingest.SeenPerson", _("fingerprints of what was imported"), "customer"),)
QUARANTINED, QUESTIONS, FILES = "ingest.QuarantinedRow", "ingest.ImportRun", "ingest.files"


def export(customer_id: int) -> dict[str, list[Row]]:
    """The fingerprints, and the rows set aside in which the person stands."""
    return rows_about(HELD, customer_id) | {QUARANTINED: traces.exported(customer_id)}


def erase(customer_id: int) -> dict[str, int]:
    """Also the rows set aside, and the first rows of a file that waits for an answer."""
    return {
        QUARANTINED: traces.delete_rows(customer_id),
        QUESTIONS: traces.blank_questions(customer_id),
        **forget(HELD, customer_id),
    }


def busy(before: datetime) -> bool:
    """Whether an import that began before then still has people's data on its desk."""
    return traces.at_work(before)


def clear() -> dict[str, int]:
    """Delete the files that imports left behind."""
    return {FILES: traces.delete_files()}
