"""The contract of a destination of lists, and those present.

A file of this folder with a subclass of `Destination` adds it to the page where a list is taken.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from recompra.segments.crowd import Member
from recompra.theme.spreadsheet import Column, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Destination(ABC):
    """A system outside to which a list goes as a file.

    It gets only people whom a campaign may reach by one of `channels` and, where `agreed`, who said yes
    themselves; of each only the contact points of these channels. `action` is its entry in the access log.
    """

    name: ClassVar[str]
    title: ClassVar[StrPromise | str]
    tells: ClassVar[StrPromise | str]
    """What the file holds, for who takes it."""
    channels: ClassVar[tuple[str, ...]]
    agreed: ClassVar[bool] = True
    action: ClassVar[str] = "export_audience"
    fields: ClassVar[tuple[str, ...]]
    """Of the record, for the access log."""
    columns: ClassVar[tuple[Column, ...]]

    @abstractmethod
    def line(self, who: Member) -> Row:
        """The line of somebody."""


@lru_cache(maxsize=1)
def destinations() -> dict[str, Destination]:
    """{name: destination}, by name. An import error in the folder stops the start."""
    found: dict[str, Destination] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name == "catalog":
            continue
        loaded = importlib.import_module(f"{__package__}.{module.name}")
        for thing in vars(loaded).values():
            if isinstance(thing, type) and issubclass(thing, Destination) and thing is not Destination:
                found[thing.name] = thing()
    return dict(sorted(found.items()))
