"""What this room holds about people, what for, and how long."""

from recompra.theme.personal import Declared, columns

PERSONAL = (
    Declared(
        columns("ingest.QuarantinedRow", "raw"),
        "mending the rows of a file that could not be read",
        "art. 7, V: contract with the customer",
        "30 days",
    ),
    Declared(
        columns("ingest.ImportRun", "folder files"),
        "the shop's own file, while it is being read",
        "art. 7, V: contract with the customer",
        "the files go when the import ends; their names stay with the run",
    ),
)
NOT_PERSONAL = frozenset(
    (
        *columns("ingest.ImportRun", "source system options stage question report"),
        *columns("ingest.QuarantinedRow", "file code"),
        *columns("ingest.HeaderMapping", "source header column"),
        "ingest.SeenPerson.system",
        "ingest.Pepper.value",
    )
)
