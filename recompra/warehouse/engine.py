"""Where the facts live and how to ask them: the store at an address."""

from __future__ import annotations

from functools import lru_cache

from recompra.warehouse.contract import Engine
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.load import Applied, BrokenBatch, Counts, LoadBatch, NoRoom, WriterBusy
from recompra.warehouse.postgres import PostgresEngine

__all__ = ["Applied", "BrokenBatch", "Counts", "Engine", "LoadBatch", "NoRoom", "WriterBusy", "engine"]


@lru_cache(maxsize=8)
def engine(url: str) -> Engine:
    """One engine per address and process. The address is `duckdb:/folder[?memory_limit=512MB&threads=2]` or
    `postgresql://user:password@host/database[?schema=recompra_facts&archive=/folder]`."""
    kind = url.partition(":")[0]
    if kind == "duckdb":
        return DuckEngine.at(url)
    if kind in ("postgres", "postgresql"):
        return PostgresEngine.at(url)
    raise ValueError(f"WAREHOUSE_URL must start with duckdb: or postgresql:, not {kind!r}.")
