"""How a room lets the shop decide how long something is kept: the classes named in `retention` on its
AppConfig, as dotted paths. The page of retention shows each, and clears it up after a dry run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Kept:
    """One class of rows with a time to be kept.

    title, why: what it is, and why so long (the article), for the page.
    older: the rows that are older than a day, told by their primary key.
    destroy: makes an end of the rows with these keys, for a member of staff; how many. Runs in a transaction
    of its own chunk, and again after a kill.
    months: what is kept unless the shop decides otherwise, None for ever; least: what the law wants at least.
    holder: the look-up from a row to the customer whose legal hold keeps it, "" for none.
    """

    code: str
    title: StrPromise
    why: StrPromise
    older: Callable[[dt.date], QuerySet[Any]]
    destroy: Callable[[list[int], Any], int]
    months: int | None
    least: int = 1
    holder: str = ""


def kept() -> Iterator[Kept]:
    """Every class of every room."""
    for config in apps.get_app_configs():
        for path in getattr(config, "retention", ()):
            yield import_string(path)
