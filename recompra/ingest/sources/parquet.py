"""Parquet files, whose columns have types: they are read as text, each type in the one form our reading
knows.
"""

from __future__ import annotations

from typing import ClassVar

import duckdb
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.ingest.desk import Desk, literal
from recompra.ingest.sources.catalog import Source
from recompra.ingest.stage import arrange, begin, drop_blank
from recompra.ingest.unpack import refuse_large
from recompra.theme.refused import Refused

FLAT = ("STRUCT", "MAP", "LIST", "UNION", "BLOB", "BIT")


class Parquet(Source):
    name: ClassVar = "parquet"
    title: ClassVar = gettext_lazy("Parquet file")
    help: ClassVar = gettext_lazy("From a data warehouse or another tool; columns are named as in a CSV.")
    extensions: ClassVar = (".parquet",)

    def stage(self, desk: Desk) -> None:
        begin(desk)
        desk.facts["decimal"] = "point"
        for number, path in enumerate(desk.files()):
            size = path.stat().st_size
            refuse_large(size, desk.run.place)
            file = f"read_parquet({literal(str(path))})"
            try:
                columns = flat(desk, file)
                texts = ", ".join(
                    f"nullif(trim({text(name, kind)}), '') AS c{at}"
                    for at, (_header, name, kind) in enumerate(columns)
                )
                desk.run_sql(f"CREATE OR REPLACE TABLE found_{number} AS SELECT {texts} FROM {file}")  # noqa: S608
            except duckdb.Error as error:
                raise Refused(
                    _("The file cannot be read as Parquet: it is damaged, or of another format.")
                ) from error
            rows = desk.one(f"SELECT count(*) FROM found_{number}")  # noqa: S608
            blank = drop_blank(desk, number, len(columns))
            desk.facts["files"].append({"name": path.name, "records": rows, "bytes": size, "blank": blank})
            desk.facts["headers"].append([header for header, _name, _kind in columns])
        arrange(desk)


def flat(desk: Desk, file: str) -> list[tuple[str, str, str]]:
    """(header, the column's SQL, its type) of each column; the parts of a structure are columns too:
    "traffic_source.medium", as in the exports of GA4."""
    found = []
    seen = desk.db.sql(f"SELECT * FROM {file} LIMIT 0")  # noqa: S608
    for name, kind in zip(seen.columns, seen.types, strict=True):
        if kind.id == "struct":
            parts = [(part, str(of)) for part, of in kind.children]
            found += [(f"{name}.{part}", f"{quoted(name)}.{quoted(part)}", of) for part, of in parts]
        else:
            found.append((name, quoted(name), str(kind)))
    return found


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text(quoted: str, kind: str) -> str:
    """SQL: the column as text. Whole floats without a tail, so that a CPF or an id comes back; instants with
    the zone they say; nested things not at all.
    """
    if kind.startswith(FLAT) or kind.endswith("]"):
        return "NULL::VARCHAR"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{quoted} = trunc({quoted}) AND abs({quoted}) < 1e15"
        exact = f"try_cast({quoted} AS DECIMAL(30, 6))::VARCHAR"
        return (
            f"CASE WHEN {whole} THEN {quoted}::BIGINT::VARCHAR ELSE coalesce({exact}, {quoted}::VARCHAR) END"
        )
    return f"{quoted}::VARCHAR"
