"""Exact arithmetic that every engine does alike: integers instead of quotients that some round and others
cut."""

from __future__ import annotations

from decimal import Decimal

import ibis
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
