"""Columns set aside on the disk for a moment, in a file without a name: it is gone with its process, however
that ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from django.conf import settings


class Shelf:
    """Batches of one schema: first all are added, then they are read once, in their order."""

    def __init__(self, schema: pa.Schema) -> None:
        folder = Path(settings.RECOMPRA_HOME) / "tmp"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (see close)
        self._writer = pa.ipc.new_stream(pa.PythonFile(self._file, "w"), schema)

    def add(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)

    def read(self) -> Iterator[pa.RecordBatch]:
        """What was added; then it is gone."""
        self._writer.close()
        self._file.seek(0)
        with pa.ipc.open_stream(pa.PythonFile(self._file, "r")) as found:
            yield from found
        self.close()

    def close(self) -> None:
        self._file.close()
