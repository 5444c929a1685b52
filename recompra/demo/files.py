"""The files that the shop would have: its sales as CSV or Parquet, and the truth beside them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from recompra.demo.beside import beside
from recompra.demo.dirt import dirtied
from recompra.demo.shelf import shelf
from recompra.demo.shop import Shop, goods_of, pieces

CSV_STYLE = pyarrow.csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
BESIDE = 7  # the stream of random numbers of what is beside the sales
LARGE = 50_000  # customers from which Parquet is the better default


@dataclass(frozen=True)
class Written:
    """Where the files are and what they hold."""

    sales: Path
    truth: Path
    customers: int
    orders: int
    lines: int
    beside: tuple[Path, ...] = ()


def write(
    shop: Shop,
    out: Path,
    *,
    form: str = "csv",
    dirt: bool = False,
    more: bool = False,
    told: Callable[[int], None] = lambda customers: None,
) -> Written:
    """Make the shop and write `vendas.csv` (or `.parquet`) and `verdade.parquet` into the folder `out`.

    The CSV is what a Brazilian system exports: `;`, decimal comma, dd/mm/yyyy. `dirt` (CSV only) adds what
    such files suffer from. `told` hears how many customers are written. Where some are there twice,
    `duplicados.parquet` says who. `more`: also what they do beside buying, as `fidelidade.csv`,
    `visitas.csv` and `emails.csv`, and what is on the shelves, as `produtos.csv`.
    """
    out.mkdir(parents=True, exist_ok=True)
    sales, truth = out / f"vendas.{form}", out / "verdade.parquet"
    customers = orders = lines = 0
    twins: list[pa.Table] = []
    others: dict[str, Callable[[pa.Table], None]] = {}
    with ExitStack() as files:
        store: Callable[[pa.Table], None] | None = None
        store_truth: Callable[[pa.Table], None] | None = None
        for number, piece in enumerate(pieces(shop)):
            if store is None or store_truth is None:
                store = (csv_writer if form == "csv" else parquet_writer)(sales, piece.sales.schema, files)
                store_truth = parquet_writer(truth, piece.truth.schema, files)
            rows = as_text(piece.sales) if form == "csv" else piece.sales
            rows = dirtied(rows, shop.seed, number) if dirt else rows
            store(rows)
            store_truth(piece.truth)
            twins.append(piece.twins)
            if more:
                rng = np.random.default_rng([shop.seed, number, BESIDE])
                for name, table in beside(piece.sales, piece.truth, shop.until, rng).items():
                    if name not in others:
                        others[name] = csv_writer(out / f"{name}.csv", table.schema, files)
                    others[name](as_text(table))
            customers, orders, lines = customers + len(piece.truth), orders + piece.orders, lines + len(rows)
            told(customers)
        if more:
            table = shelf(goods_of(shop), np.random.default_rng([shop.seed, 0, BESIDE]))
            others["produtos"] = csv_writer(out / "produtos.csv", table.schema, files)
            others["produtos"](as_text(table))
    if shop.twice:
        pq.write_table(pa.concat_tables(twins), out / "duplicados.parquet")
    return Written(sales, truth, customers, orders, lines, tuple(out / f"{name}.csv" for name in others))


def csv_writer(path: Path, schema: pa.Schema, files: ExitStack) -> Callable[[pa.Table], None]:
    target = files.enter_context(path.open("wb"))
    target.write((";".join(schema.names) + "\n").encode())
    return lambda table: pyarrow.csv.write_csv(table, target, CSV_STYLE)


def parquet_writer(path: Path, schema: pa.Schema, files: ExitStack) -> Callable[[pa.Table], None]:
    target = files.enter_context(pq.ParquetWriter(path, schema, compression="zstd"))
    return lambda table: target.write_table(table, row_group_size=100_000)


def as_text(sales: pa.Table) -> pa.Table:
    """Every column as the text that a Brazilian spreadsheet shows."""
    return pa.table({name: shown(sales[name]) for name in sales.column_names})


def shown(values: Any) -> Any:
    if pa.types.is_timestamp(values.type):
        return pc.strftime(values, "%d/%m/%Y %H:%M:%S")
    if pa.types.is_date(values.type):
        return pc.strftime(values, "%d/%m/%Y")
    if pa.types.is_decimal(values.type):
        return pc.replace_substring(values.cast(pa.string()), ".", ",")
    return values.cast(pa.string())
