"""What a list of offers is asked for: a group of people, a store, and which products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.http import urlencode

from recompra.segments.found.question import Question

ORIGIN = "offers"  # named in `people_behind` of the room's AppConfig
LONGEST, MOST_DIGITS = 80, 19


@dataclass(frozen=True)
class Asked:
    """`segment`: public id ("": everybody); `store`: who prefers it. Which products: `group`: of this group;
    `typed`: whose name or code has it; `product`: one, by its key; of several of these: what is all."""

    segment: str = ""
    store: int | None = None
    group: str = ""
    typed: str = ""
    product: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """From an address; what makes no sense is left out."""
        return cls(
            _uuid(given.get("segmento", "")),
            _number(given.get("loja", "")),
            given.get("grupo_produto", "")[:LONGEST],
            given.get("produto", "").strip()[:LONGEST],
            _number(given.get("item", "")),
        )

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Asked:
        """From a question."""
        return cls(**plain)

    def question(self) -> Question:
        plain = {
            "segment": self.segment,
            "store": self.store,
            "group": self.group,
            "typed": self.typed,
            "product": self.product,
        }
        return Question(ORIGIN, plain)

    def query(self, **more: str) -> str:
        """As an address."""
        told = {
            "segmento": self.segment,
            "loja": _text(self.store),
            "grupo_produto": self.group,
            "produto": self.typed,
            "item": _text(self.product),
        } | more
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def is_narrow(self) -> bool:
        """Whether only some products are asked about."""
        return bool(self.group or self.typed or self.product is not None)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        return None
    number = int(text)
    return number if abs(number) < 2**63 else None


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
