"""The measured process of `bench export`: the list that a file holds, written as the worker writes it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import django


def main() -> None:
    kind, most = sys.argv[1], int(sys.argv[2])
    django.setup()
    from django.conf import settings

    from recompra.segments import members
    from recompra.segments.export.file import Sheet, headings
    from recompra.segments.found.columns import USUAL, Table, chosen
    from recompra.segments.found.listing import batches
    from recompra.theme.columnar import write_columns
    from recompra.warehouse.engine import engine
    from recompra.warehouse.schema import TABLES

    table = Table(chosen(USUAL), whole=True)
    everybody = TABLES["people"]
    (counted,) = engine(settings.WAREHOUSE_URL).rows(everybody.agg(people=everybody.count()))
    if not counted["people"]:
        raise SystemExit(f"{settings.RECOMPRA_HOME} holds nobody: set RECOMPRA_HOME to a home with people.")
    asked = everybody.limit(most) if most < counted["people"] else everybody
    found = batches(asked, table.facts, "gasto")
    made = Sheet("", (), headings(table))
    made.hold(members.crowds(found, None, table.data), table.part)
    begun, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{kind}"
        written = write_columns(path, made.columns, made.parts, done=lambda lines: None)
    took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    print(json.dumps({"people": written, **took}))


if __name__ == "__main__":
    main()
