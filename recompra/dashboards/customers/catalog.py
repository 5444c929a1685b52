"""The tiles there are, found by looking into `tiles/`. A file that cannot be imported stops the start."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from recompra.dashboards.customers import tiles as folder
from recompra.dashboards.customers.tile import Tile


@lru_cache(maxsize=1)
def tiles() -> dict[str, Tile]:
    """{code: tile}, in the order of the page."""
    names = (info.name for info in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."))
    found: list[Tile] = [importlib.import_module(name).TILE for name in names]
    return {tile.code: tile for tile in sorted(found, key=lambda tile: (tile.order, tile.code))}
