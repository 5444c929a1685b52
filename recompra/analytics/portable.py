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


def middle(table: ir.Table, name: str, whole: ir.IntegerValue, steps: int) -> ir.Table:
    """The median of an integer value of a table's rows, exact on every engine: by counting the rows up to
    each value. One row: measure (`name`), customers (rows that have a value), median (value / steps).

    `steps` is 1, 100 or 10000; of an even number of rows it is the mean of the two in the middle.
    """
    counted = table.select(value=whole).filter(lambda t: t.value.notnull())
    heights = counted.group_by("value").agg(height=lambda t: t.count())
    upwards = heights.select(
        "value",
        "height",
        up_to=heights.height.sum().over(ibis.cumulative_window(order_by="value")),
        rows=heights.height.sum().over(),
    )
    inside = upwards.filter(
        upwards.up_to * 2 >= upwards.rows, (upwards.up_to - upwards.height) * 2 <= upwards.rows
    )
    halves = inside.agg(both=inside["value"].min() + inside["value"].max(), rows=inside.rows.max())
    ten_thousandths = half_up(halves.both * (10_000 // steps), ibis.literal(2, "int64"))
    hundredth = ibis.literal(Decimal("0.01"), "decimal(16, 2)")
    return halves.select(
        measure=ibis.literal(name),
        customers=halves.rows.fill_null(0).cast("int64"),
        median=(hundredths(ten_thousandths, "decimal(18, 2)") * hundredth).cast("decimal(18, 4)"),
    )
