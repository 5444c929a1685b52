"""Exact arithmetic that every engine does alike: integers instead of quotients that some round and others
cut."""

from __future__ import annotations

from decimal import Decimal

import ibis
import ibis.expr.datatypes as kinds
import ibis.expr.types as ir


def half_up(numerator: ir.IntegerValue, denominator: ir.IntegerValue) -> ir.IntegerValue:
    """numerator / denominator rounded to the nearest integer, halves away from zero.

    Null where the denominator is 0 or null. Exact while 2 * |numerator| + denominator < 2**53.
    """
    below = denominator.nullif(0)
    size = (2 * numerator.abs() + below) // (2 * below)
    return ibis.ifelse(numerator < 0, -size, size)


def hundredths(whole: ir.IntegerValue, kind: str) -> ir.DecimalValue:
    """An integer number of hundredths as a decimal of the given type; 12345 is 123.45."""
    return (whole.cast("decimal(16, 0)") * ibis.literal(Decimal("0.01"), "decimal(16, 2)")).cast(kind)


def cents(money: ir.DecimalValue) -> ir.IntegerValue:
    """An amount of money as an integer number of cents."""
    return (money * 100).cast("int64")


def share(part: ir.IntegerValue, whole: ir.IntegerValue) -> ir.DecimalValue:
    """part / whole with four decimals; null where the whole is 0 or null.

    Exact while 20,000 * part + whole < 2**53: in cents, up to R$ 4.5 billion.
    """
    size = half_up(part * 10_000, whole).cast("decimal(16, 0)")
    return (size * ibis.literal(Decimal("0.0001"), "decimal(16, 4)")).cast("decimal(9, 4)")


def int64(whole: ir.IntegerValue) -> ir.IntegerValue:
    """A sum of integers as the type that it says it is: engines add them up in wider ones, which are slow and
    take twice the room."""
    return whole.cast("decimal(18, 0)").cast("int64")


def decayed(age: ir.IntegerValue, days: int) -> ir.IntegerValue:
    """e to the power of -age / days in whole millionths, cut: they add up alike in any order. Age in days, 0
    or more."""
    exponent = -ibis.least(age, ibis.literal(20 * days)).cast(kinds.float64) / days
    return (exponent.exp() * 1_000_000).floor().cast("int64")


def log_millionths(numerator: ir.IntegerValue, denominator: ir.IntegerValue) -> ir.IntegerValue:
    """The natural logarithm of numerator / denominator in whole millionths, cut; null unless both are above
    0."""
    above, below = _positive(numerator), _positive(denominator)
    return ((above.ln() - below.ln()) * 1_000_000).floor().cast("int64")


def power_of_e(millionths: ir.IntegerValue) -> ir.IntegerValue:
    """e to the power of so many millionths (of 0 to 20), to the nearest integer: `log_millionths` back."""
    exponent = (millionths + 1).cast(kinds.float64) / 1_000_000  # + 1: the logarithm was cut
    return half_up((exponent.exp() * 1_000).floor().cast("int64"), ibis.literal(1_000, "int64"))


def shrunk_cosine(
    together: ir.IntegerValue, one: ir.IntegerValue, other: ir.IntegerValue, weight: int
) -> ir.IntegerValue:
    """together / sqrt(one * other), drawn towards 0 as if there were `weight` further cases without, in whole
    millionths, cut."""
    n = together.cast(kinds.float64)
    both = _positive(one) * _positive(other)
    return (n * n * 1_000_000 / (both.sqrt() * (n + weight))).floor().cast("int64")


def _positive(number: ir.IntegerValue) -> ir.FloatingValue:
    return (number > 0).ifelse(number, ibis.null("int64")).cast(kinds.float64)


def quotient(numerator: ir.NumericValue, denominator: ir.NumericValue) -> ir.FloatingValue:
    """numerator / denominator of integers as the nearest float; null where the denominator is 0 or null.

    Both become floats first and are divided as IEEE 754 says, so every engine finds the same bits.
    """
    return numerator / denominator.nullif(0)


def nearest(value: ir.FloatingValue) -> ir.IntegerValue:
    """A float as the nearest integer, halves up."""
    return (value + ibis.literal(1) / 2).floor().cast("int64")
