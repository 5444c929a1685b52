"""The marital statuses as people and files write them in Brazil, as the codes of `fields.MARITAL_STATUS`."""

from __future__ import annotations

from recompra.customers.identifiers import name_key

_BEGINNINGS = {
    "solteir": "single",
    "single": "single",
    "casad": "married",
    "married": "married",
    "uniao": "union",
    "em uniao": "union",
    "convivente": "union",
    "companheir": "union",
    "amasiad": "union",
    "separad": "separated",
    "desquitad": "separated",
    "divorciad": "divorced",
    "divorced": "divorced",
    "viuv": "widowed",
    "widow": "widowed",
}
_LETTERS = {"s": "single", "c": "married", "u": "union", "d": "divorced", "v": "widowed"}


def code_of(said: str) -> str | None:
    """The code of what stands in a record; None for what tells none that we know."""
    key = name_key(said)
    found = (code for beginning, code in _BEGINNINGS.items() if key.startswith(beginning))
    return _LETTERS.get(key) or next(found, None)
