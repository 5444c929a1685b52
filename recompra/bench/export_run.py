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
    from recompra.segments import members
    from recompra.segments.export.file import Sheet, lines_of
    from recompra.segments.found.columns import USUAL, Table, chosen
    from recompra.segments.found.listing import rows
    from recompra.theme.spreadsheet import Column, write
    from recompra.warehouse.schema import TABLES

    table = Table(chosen(USUAL), whole=True)
    found = rows(TABLES["people"].limit(most), table.facts, "gasto")
    made = Sheet("", (), (), iter(()))
    lines = lines_of(made, members.analysed(found, None, with_points=table.has_points), table)
    columns = [Column(str(one.title), one.kind, one.width) for one in table.columns]
    begun, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder) / f"list.{kind}", columns, lines)
    took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    print(json.dumps({"people": written, **took}))


if __name__ == "__main__":
    main()
