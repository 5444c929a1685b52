"""Rows as found, brought under our column names: one view `rows` over the tables that a source has read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recompra.ingest import attributes
from recompra.ingest.desk import Desk
from recompra.ingest.kinds import KINDS, understand
from recompra.ingest.models import HeaderMapping
from recompra.ingest.quotes import BROKEN
from recompra.ingest.receive import MARKS
from recompra.ingest.stream import is_streamed, refuse_empty
from recompra.theme.refused import Refused


class Unclear(Refused):
    """The run cannot go on without an answer; `question` says which."""

    def __init__(self, sentence: object, question: dict[str, object]) -> None:
        super().__init__(sentence)
        self.question = question


def begin(desk: Desk) -> None:
    """An empty desk, whatever an earlier attempt left."""
    for (name,) in desk.run_sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"):
        desk.run_sql(f'DROP TABLE "{name}"')
    for (name,) in desk.run_sql("SELECT view_name FROM duckdb_views() WHERE NOT internal"):
        desk.run_sql(f'DROP VIEW IF EXISTS "{name}"')
    desk.run_sql("CREATE TABLE rejects (file INTEGER, line BIGINT, code VARCHAR, raw VARCHAR)")
    desk.facts.clear()
    desk.facts.update(files=[], headers=[])


def drop_blank(desk: Desk, number: int, width: int) -> int:
    """Take out the rows in which nothing stands, and say how many there were."""
    blank = " AND ".join(f"c{position} IS NULL" for position in range(width))
    deleted = desk.one(f"DELETE FROM found_{number} WHERE {blank}")  # noqa: S608
    return int(deleted)


def mapping_of(desk: Desk) -> dict[str, str]:
    """{their header: our column} as somebody of the shop said, now or earlier for this source."""
    kept = HeaderMapping.objects.filter(source=desk.run.source).values_list("header", "column")
    return {**dict(kept), **desk.run.options.get("mapping", {})}


def arrange(desk: Desk) -> None:
    """Recognise the headers of every found table and make `rows` of them together.

    Several files of one kind are one file in parts. Items are joined to their orders by the order number.
    """
    chosen = mapping_of(desk)
    understood = [understand(headers, chosen) for headers in desk.facts["headers"]]
    found, kinds = [mapping for mapping, _kind in understood], [kind for _mapping, kind in understood]
    refused = [theirs for theirs, ours in chosen.items() if not ours]
    further = [
        attributes.found(headers, mapping, refused, kind)
        for headers, mapping, kind in zip(desk.facts["headers"], found, kinds, strict=True)
    ]
    desk.facts["mapping"] = [
        {
            "file": name,
            "columns": {headers[at]: ours for at, ours in mapping.items()},
            "attributes": list(names.values()),
            "ignored": _ignored(headers, {**mapping, **names}),
        }
        for name, headers, mapping, names in zip(
            desk.run.files, desk.facts["headers"], found, further, strict=True
        )
    ]
    _refuse_unknown(desk, found, kinds)
    if not is_streamed(desk):
        refuse_empty(desk, sum(desk.one(f"SELECT count(*) FROM found_{n}") for n in range(len(kinds))))  # noqa: S608
    parts = list(zip(kinds, found, further, strict=True))
    views = {kind: _view(desk, kind, parts) for kind in dict.fromkeys(kinds)}
    if "items" in views:
        desk.facts["holds"] = "sales"
        _join_orders(desk, views)
    elif "orders" in views:
        desk.facts["holds"] = "sales"
        desk.run_sql("CREATE VIEW rows AS SELECT *, true AS lacks_items FROM rows_orders")
    elif "sales" in views:
        desk.facts["holds"] = "sales"
        desk.run_sql("CREATE VIEW rows AS SELECT * FROM rows_sales")
    else:
        desk.facts["holds"] = kinds[0]
        desk.run_sql(f"CREATE VIEW rows AS SELECT * FROM rows_{kinds[0]}")  # noqa: S608


def _ignored(headers: list[str], mapping: dict[int, str]) -> list[str]:
    return [header for at, header in enumerate(headers) if at not in mapping and header]


def _refuse_unknown(desk: Desk, found: list[dict[int, str]], kinds: list[str]) -> None:
    for number, kind in enumerate(kinds):
        if not kind or (kind == "items" and "orders" not in kinds):
            raise Unclear(_unknown(desk, number), mapping_question(desk, number, found[number]))
    if desk.run.options.get("review"):
        raise Unclear(_("Check the columns before the import goes on."), mapping_question(desk, 0, found[0]))
    together = (
        {"sales"},
        {"people"},
        {"products"},
        {"orders"},
        {"orders", "items"},
        *({kind} for kind in KINDS),
    )
    if not any(set(kinds) <= kinds_together for kinds_together in together):
        raise Refused(
            _("Sales, customers and products go in separate imports: these files hold different things.")
        )


def _unknown(desk: Desk, number: int) -> str:
    """Why the columns of a file tell nothing, and what to do."""
    headers = [header for header in desk.facts["headers"][number] if header]
    told = {"file": desk.run.files[number], "names": ", ".join(headers)[:300]}
    if len(headers) == 1:
        return (
            _(
                "“%(file)s” seems to have one column only (%(names)s). Columns are separated by a semicolon, "
                "a comma, a tab or a vertical bar: save the file so, or say what separates them with "
                "--delimiter."
            )
            % told
        )
    return (
        _(
            "The columns of “%(file)s” are not recognised (found: %(names)s). A sales file needs at "
            'least a date and a value. Say what a column is with --map "THEIR COLUMN=OURS", for '
            'example --map "Dt. Mov.=ordered_at".'
        )
        % told
    )


def mapping_question(desk: Desk, number: int, found: dict[int, str]) -> dict[str, object]:
    """What the page asks when columns are to be chosen: headers, what is recognised, the first rows."""
    rows = desk.run_sql(f"SELECT * FROM found_{number} LIMIT 5")  # noqa: S608
    headers = desk.facts["headers"][number]
    return {
        "kind": "mapping",
        "file": desk.run.files[number],
        "headers": headers,
        "recognised": [found.get(at, "") for at in range(len(headers))],
        "rows": [[(value or "")[:60].replace("\0", "") for value in row] for row in rows],
    }


def _view(desk: Desk, kind: str, files: list[tuple[str, dict[int, str], dict[int, str]]]) -> list[str]:
    """Make `rows_<kind>` over its files, each (kind, columns, attributes), and give the columns it has. Rows
    of a stream have no place yet."""
    parts = [
        ("SELECT " if is_streamed(desk) else f"SELECT {number} AS file, rowid AS line, ")  # noqa: S608
        + ", ".join(
            [f"c{at} AS {ours}" for at, ours in mapping.items()]
            + ([attributes.select(desk, names)] if names else [])
        )
        + f" FROM found_{number}"
        for number, (its, mapping, names) in enumerate(files)
        if its == kind
    ]
    desk.run_sql(f"CREATE VIEW rows_{kind} AS {' UNION ALL BY NAME '.join(parts)}")
    return [name for name in desk.columns(f"rows_{kind}") if name not in ("file", "line")]


def _join_orders(desk: Desk, views: dict[str, list[str]]) -> None:
    """Each item with what its order says; what both say, the item says. Orders without items come as they
    are. `heads` are the rows of orders that have items: `n` counts those of one order.
    """
    ours = [f"o.{name}" for name in views["orders"] if name not in views["items"]]
    heads = "SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY file, line) AS n FROM rows_orders"
    desk.run_sql(f"CREATE VIEW heads_of_items AS {heads} WHERE order_id IN (SELECT order_id FROM rows_items)")  # noqa: S608
    desk.facts["header_rows"] = desk.one("SELECT count(*) FROM heads_of_items")
    desk.run_sql(
        f"CREATE VIEW rows AS SELECT i.*, {', '.join(ours)} FROM rows_items AS i LEFT JOIN "  # noqa: S608
        "(SELECT * FROM heads_of_items WHERE n = 1) AS o USING (order_id) "
        "UNION ALL BY NAME SELECT *, true AS lacks_items FROM rows_orders WHERE order_id IS NULL OR "
        "order_id NOT IN "
        "(SELECT order_id FROM rows_items WHERE order_id IS NOT NULL)"
    )


def marked(names: list[str]) -> str:
    """SQL: the quarantine code of a row that bears a mark, else NULL."""
    whole = "concat_ws('', " + ", ".join(names) + ")"
    cases = " ".join(
        f"WHEN contains({whole}, '{mark}') THEN '{code}'"
        for mark, code in (*MARKS.items(), (BROKEN, "quote_broken"))
    )
    return f"CASE {cases} END"
