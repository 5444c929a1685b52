"""The tiles' answers: asked of the warehouse once per generation, filters and stores, then kept in the cache
for all processes.

They are kept as JSON text with the type of whatever is not plain beside it: what the cache holds outlives an
update of the program.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.cache import cache

from recompra.dashboards.customers.asked import Asked
from recompra.dashboards.customers.tile import Counted, Tile
from recompra.warehouse.engine import engine

FORM = 2  # another number when what tiles count changes its form
KEPT_SECONDS = 2 * 86_400

_guard = threading.Lock()
_under_way: dict[str, tuple[threading.Lock, list[int]]] = {}


def answer(tile: Tile, asked: Asked) -> Counted:
    """What the tile tells, from the cache or counted now; who asks meanwhile waits for the same count."""
    return _answer(_key(tile, asked), lambda: tile.count(engine(settings.WAREHOUSE_URL), asked))


def kept_until_published(name: str, depends: tuple[Any, ...], count: Callable[[], Counted]) -> Counted:
    """What `count` finds, asked once per generation and per value of `depends`."""
    return _answer(_hashed(name, *depends), count)


def kept_answers(tiles: Iterable[Tile], asked: Asked) -> dict[str, Counted]:
    """{tile's code: its answer} of those that are in the cache, read at once."""
    keys = {_key(tile, asked): tile.code for tile in tiles}
    return {keys[key]: read(text) for key, text in cache.get_many(list(keys)).items()}


def written(counted: Counted) -> str:
    """Named rows as text."""
    return json.dumps(counted, default=_typed, separators=(",", ":"))


def read(text: str) -> Counted:
    """The rows that `written` was given."""
    found: Counted = json.loads(text, object_hook=_plain)
    return found


def _answer(key: str, count: Callable[[], Counted]) -> Counted:
    if (kept := cache.get(key)) is not None:
        return read(kept)
    with _alone(key):
        if (kept := cache.get(key)) is not None:
            return read(kept)
        counted = count()
        cache.set(key, written(counted), KEPT_SECONDS)
        return counted


def _typed(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"_decimal": str(value)}
    if isinstance(value, dt.date):
        return {"_day": value.isoformat()}
    raise TypeError(f"no way to keep a {type(value).__name__}")


def _plain(found: dict[str, Any]) -> Any:
    if len(found) != 1:
        return found
    name, value = next(iter(found.items()))
    if name == "_decimal":
        return Decimal(value)
    return dt.date.fromisoformat(value) if name == "_day" else found


def _key(tile: Tile, asked: Asked) -> str:
    """Everything on which the answer depends; stores and groups only within the hash."""
    group = (asked.group.code, asked.group.state) if asked.group else None
    view = "" if tile.is_same_count else tile.by(asked)
    return _hashed(
        tile.code, view, asked.since, asked.until, asked.today,
        asked.stores and sorted(asked.stores), asked.seen and sorted(asked.seen), group, tile.state(),
    )  # fmt: skip


def _hashed(*depends: Any) -> str:
    url = settings.WAREHOUSE_URL
    known = (FORM, url, engine(url).version(), *depends)
    return f"dashboards.tile.{hashlib.sha256(repr(known).encode()).hexdigest()}"


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """Within, no other thread of this process is, for the same key."""
    with _guard:
        lock, waiting = _under_way.setdefault(key, (threading.Lock(), [0]))
        waiting[0] += 1
    try:
        with lock:
            yield
    finally:
        with _guard:
            waiting[0] -= 1
            if not waiting[0]:
                del _under_way[key]
