"""What every store of the facts offers: the one documented contract of this folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal

import ibis
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from recompra.warehouse.dialect import answer_schema
from recompra.warehouse.load import Applied, Counts, LoadBatch


class Desk(ABC):
    """One generation to compute on, step by step: what one step found, the next one reads."""

    @abstractmethod
    def run(self, expr: ibis.Expr) -> pa.Table:
        """As the engine's."""

    @abstractmethod
    def batches(self, expr: ibis.Expr, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
        """The answer in pieces, without holding the whole in memory. No other question until it is over."""

    def rows(self, expr: ibis.Expr) -> list[dict[str, Any]]:
        """The answer as Python rows; for small ones."""
        found: list[dict[str, Any]] = self.run(expr).to_pylist()
        return found

    def write(self, expr: ibis.Expr, path: Path) -> int:
        """Stream the answer into a Parquet file and say how many rows it has."""
        return _streamed(pq.ParquetWriter(path, answer_schema(expr)), self.batches(expr))

    @abstractmethod
    def hold(self, content: ibis.Table | pa.Table, name: str) -> ibis.Table:
        """Compute once, read often: a table that is there until `drop`, or until the desk is left."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Let go of what was held."""


class Draft(Desk):
    """The coming generation while it is written. Reads see what was written so far; nobody else does."""

    @abstractmethod
    def put(self, table: str, content: ibis.Table | pa.Table | Path) -> None:
        """Replace a computed table's rows by those of an expression, which may read the table itself, of an
        Arrow table, or of a Parquet file."""

    @abstractmethod
    def add(self, table: str, content: ibis.Table | pa.Table | Path) -> None:
        """Append rows to a computed table."""

    @abstractmethod
    def add_in_order(self, table: str, pieces: Iterable[ibis.Table]) -> None:
        """Append rows that come as the table is clustered, piece by piece and within each: to sort many of
        them would take longer than to write them."""

    @abstractmethod
    def remove(self, table: str, gone: ibis.Table) -> None:
        """Take away a computed table's rows that equal a row of `gone` in all of the columns of `gone`."""


class Engine(ABC):
    """A store of the facts. Reading: any process, any thread. Writing: one writer at a time, whole
    generations.

    Expressions are Ibis expressions over the tables of `schema`; answers are Arrow in the expression's own
    types.
    """

    dialect: str

    # reading
    @abstractmethod
    def batches(
        self, expr: ibis.Expr, rows: int = 50_000, params: dict[Any, Any] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The answer in pieces of up to about `rows` rows, without holding the whole in memory.

        Within a `hold` it is of the held generation, but need not see the held answer itself."""

    @abstractmethod
    def run(self, expr: ibis.Expr, params: dict[Any, Any] | None = None) -> pa.Table:
        """The whole answer, from the generation that is current now."""

    @abstractmethod
    def hold(self, expr: ibis.Expr, name: str) -> AbstractContextManager[ibis.Table]:
        """Compute once, read often: within the `with`, in this thread, `run` sees the answer as the yielded
        table, and every other table as it was when the `with` began."""

    @abstractmethod
    def desk(self) -> AbstractContextManager[Desk]:
        """A place to compute on the current generation, which stays the same until the `with` ends. Nothing
        is written to the facts, and other questions of this thread do not see what is held."""

    @abstractmethod
    def version(self) -> str:
        """Which generation is current; "" when nothing was ever published. Good as a cache key."""

    def rows(self, expr: ibis.Expr, params: dict[Any, Any] | None = None) -> list[dict[str, Any]]:
        """The answer as Python rows; for small ones."""
        found: list[dict[str, Any]] = self.run(expr, params).to_pylist()
        return found

    def write(self, expr: ibis.Expr, path: Path, format: Literal["csv", "parquet"]) -> int:
        """Stream the answer into a file (csv: comma, decimal point, header) and say how many rows it has."""
        schema = answer_schema(expr)
        writer = pc.CSVWriter(path, schema) if format == "csv" else pq.ParquetWriter(path, schema)
        return _streamed(writer, self.batches(expr))

    # writing
    @abstractmethod
    def apply_all(self, batches: Sequence[LoadBatch], *, upon: str | None = None) -> list[Applied]:
        """Bring the batches into the facts, in order, in one transaction and one new generation.

        A batch applied before changes nothing and gets its first counts again; batches that bring nothing new
        make no generation. `upon`: the version whose rows the batches were made from; where another one is
        current they would write old rows over newer ones, and WriterBusy is raised. Raises BrokenBatch,
        WriterBusy, NoRoom; then the facts are as they were.
        """

    def apply(self, batch: LoadBatch) -> Applied:
        """`apply_all` of one."""
        return self.apply_all([batch])[0]

    @abstractmethod
    def compare(self, batch: LoadBatch) -> dict[str, Counts]:
        """What `apply` would change, per table. Writes nothing."""

    @abstractmethod
    def revise(self, work: Callable[[Draft], object]) -> str:
        """Publish what `work` does to computed tables as one new generation and give its version. All of it
        or, where `work` raises, nothing; where it changes nothing no generation is made. WriterBusy: another
        process writes."""

    def replace(self, table: str, content: ibis.Table | pa.Table) -> str:
        """`revise` of one table. An expression is computed inside the store, from the facts of the generation
        that it extends; columns must be those of `schema.TABLES[table]`."""
        return self.revise(lambda draft: draft.put(table, content))

    @abstractmethod
    def upgrade(self) -> bool:
        """Make the tables and the columns that were declared since the store was made; True where some were
        missing. Until then a question about one of them is an error. WriterBusy: another process writes."""

    @abstractmethod
    def rebuild(self) -> str:
        """Make a new generation from the archive of batches alone (computed tables are left empty)."""

    @abstractmethod
    def check(self) -> dict[str, Any]:
        """Health: `version`, `rows` per table, `batches`, `bytes`, `file` or `schema`, `archive`."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open. The next question opens it again."""


def _streamed(writer: pc.CSVWriter | pq.ParquetWriter, batches: Iterator[pa.RecordBatch]) -> int:
    count = 0
    with writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count
