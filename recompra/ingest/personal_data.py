"""What this room holds about people, what for, and how long."""

from recompra.theme.personal import Declared, columns

CONTRACT = "art. 7, V: contract with the customer"

PERSONAL = (
    Declared(
        columns("ingest.QuarantinedRow", "raw"),
        "mending a row that could not be imported",
        CONTRACT,
        "30 days, then deleted by the clock; deleted at once when the import is cancelled",
    ),
    Declared(
        columns("ingest.ImportRun", "question"),
        "the first rows of a file whose columns a person has to name",
        CONTRACT,
        "until answered, two days at most",
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
