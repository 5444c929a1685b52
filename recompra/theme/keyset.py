"""The place in a long list where the next page begins, as a word for the address (`?apos=`).

Only numbers, codes and days belong in it: never a name, since addresses are kept by browsers and logs.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

Value = int | str | bool | Decimal | dt.date | dt.datetime | None
Kind = type[int] | type[str] | type[bool] | type[Decimal] | type[dt.date] | type[dt.datetime]

MAX_LENGTH = 400


def encode(*values: Value) -> str:
    """The sort values of the last row shown, ending in its unique id, as one URL-safe word."""
    plain = [v if v is None or isinstance(v, int | str) else str(v) for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str | None, *kinds: Kind) -> tuple[Value, ...] | None:
    """The values that `encode` was given, or None (so: the first page) for whatever is not such a cursor."""
    if not cursor or len(cursor) > MAX_LENGTH:
        return None
    try:
        plain = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        return _typed(plain, kinds)
    except (binascii.Error, UnicodeError, ValueError, TypeError, InvalidOperation, RecursionError):
        return None


def _typed(plain: object, kinds: Sequence[Kind]) -> tuple[Value, ...] | None:
    if not isinstance(plain, list) or len(plain) != len(kinds):
        return None
    return tuple(
        None if value is None else _one(value, kind) for value, kind in zip(plain, kinds, strict=True)
    )


def _one(value: object, kind: Kind) -> Value:
    if kind is Decimal:
        number = Decimal(str(value))
        if not number.is_finite():
            raise ValueError("not a finite number")
        return number
    if kind is dt.datetime:
        return dt.datetime.fromisoformat(str(value))
    if kind is dt.date:
        return dt.date.fromisoformat(str(value))
    if not isinstance(value, int | str) or type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("larger than any key")
    return value
