"""The contract of a source, and the list of those present, found by looking into this folder."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from recompra.ingest.desk import Desk


class Source(ABC):
    """One file format or shop platform. A file in this folder with a subclass of this adds it everywhere.

    `stage` must leave in `desk.db`, by one statement each, so that it can run again from any point:

    - per file n a table `found_n`, every column VARCHAR as found, `rowid` the position of the row (use
      `recompra.ingest.stage.keep_found` and `arrange`, which also recognises the headers);
    - a table or view `rows`: `file` INTEGER, `line` BIGINT (the rowid in `found_<file>`), and any of the
    columns of
      `recompra.ingest.columns.COLUMNS`, VARCHAR, blank = NULL; one row per order line, person or product;
    - a table `rejects` (file, line, code, raw) of what could not even be read as a row.

    It sets `desk.facts["holds"]` to what a row is ("sales", "people", "products"), and may set further
    figures for the
    report there. Raise `Refused` when nothing can be made of the file.
    """

    name: ClassVar[str]
    title: ClassVar[StrPromise | str]
    help: ClassVar[StrPromise | str]
    extensions: ClassVar[tuple[str, ...]]
    system: ClassVar[str] = "shop"
    """Whose customer ids and order numbers these are, when the person does not say. Equal here = equal
    there.
    """

    def expand(self, paths: Sequence[Path]) -> list[Path]:
        """The files meant by the paths given; a source of several files may look into a folder."""
        return list(paths)

    @abstractmethod
    def stage(self, desk: Desk) -> None:
        """Read the files of the run into its staging database."""


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """{name: source}, by name. An import error in the folder stops the start."""
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name == "catalog":
            continue
        loaded = importlib.import_module(f"recompra.ingest.sources.{module.name}")
        for thing in vars(loaded).values():
            if isinstance(thing, type) and issubclass(thing, Source) and thing.__module__ == loaded.__name__:
                found[thing.name] = thing()
    return dict(sorted(found.items()))
