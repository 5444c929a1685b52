"""The contract of a source of public data about companies, and the list of those present."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from recompra.customers.models import Customer

PUBLIC_BASIS = "art. 7, IX e §§ 3º e 4º (dado público, legítimo interesse)"
"""LGPD: personal data that the law makes public may be used for a compatible purpose."""


@dataclass(frozen=True)
class Found:
    """What a source says of a company, in our forms: phones and e-mails as they are written there, an address
    by the columns of `Address`. `note` is a line for the person who decides, such as the state of the
    registration."""

    name: str = ""
    trade_name: str = ""
    note: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    address: dict[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """For a JSON column; `Found(**data)` reads it."""
        return asdict(self)


class LookUpFailed(Exception):
    """The source could not be asked. `reason` is the sentence for the person; `permanent` when trying again
    will not help until somebody changes a setting."""

    def __init__(self, reason: object, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason, self.permanent = str(reason), permanent


class Adapter(ABC):
    """One source. A file in this folder with a subclass of this adds it everywhere.

    Every adapter keeps to this: it is asked about companies only, sends no more than `question` says, has a
    timeout, and raises `LookUpFailed` for whatever goes wrong outside. What it finds is shown before it is
    kept, is added beside what a person gave and never over it, and bears `origin` and `legal_basis`.
    """

    name: ClassVar[str]
    title: ClassVar[StrPromise | str]
    origin: ClassVar[str]
    """A value of `customers.models.Origin`."""
    legal_basis: ClassVar[str] = PUBLIC_BASIS
    keeps: ClassVar[timedelta] = timedelta(days=30)
    """How long an answer serves before the source is asked again."""

    @abstractmethod
    def is_on(self) -> bool:
        """Whether it can be asked here: its address or key is set, or its files were read."""

    @abstractmethod
    def missing(self) -> str:
        """The sentence for the person where it is not: which setting or command makes it work."""

    @abstractmethod
    def question(self, customer: Customer) -> str:
        """What is asked about this company, "" when too little is known of it. Sent to the source."""

    @abstractmethod
    def ask(self, question: str, customer: Customer) -> Found | None:
        """What the source says; None when it knows no such company. Raises LookUpFailed."""


@lru_cache(maxsize=1)
def adapters() -> dict[str, Adapter]:
    """{name: adapter}, by name. An import error in the folder stops the start."""
    found: dict[str, Adapter] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name == "catalog":
            continue
        loaded = importlib.import_module(f"{__package__}.{module.name}")
        for thing in vars(loaded).values():
            if isinstance(thing, type) and issubclass(thing, Adapter) and thing.__module__ == loaded.__name__:
                found[thing.name] = thing()
    return dict(sorted(found.items()))
