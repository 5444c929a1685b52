"""Small sums that several tiles make of their rows."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

Number = Decimal | int


def ratio(part: Number, whole: Number) -> Decimal | None:
    """A share with four decimals, as `analytics.portable.share`; None of nothing."""
    return _rounded(Decimal(part) / Decimal(whole), "0.0001") if whole else None


def mean(money: Number, count: int) -> Decimal | None:
    """R$ to the cent per one; None of nobody."""
    return _rounded(Decimal(money) / count, "0.01") if count else None


def change(now: Number | None, before: Number | None) -> Decimal | None:
    """By how much of what was before it grew; None where that means nothing."""
    if now is None or not before or before < 0:
        return None
    return Decimal(now) / Decimal(before) - 1


def _rounded(value: Decimal, to: str) -> Decimal:
    return value.quantize(Decimal(to), ROUND_HALF_UP)
