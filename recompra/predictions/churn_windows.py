"""What the risk model learns from: the customers as they were on days of the past, and who of them came
back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from recompra.analytics.btyd.fit import Fitted
from recompra.analytics.churn import leaning
from recompra.analytics.churn.features import FROM_TABLE, NAMES, Floats
from recompra.analytics.churn.model import Window
from recompra.analytics.churn_features import ONE, churn_features, churn_sums, churn_sums_at
from recompra.analytics.standing import identified
from recompra.predictions.part import Asked
from recompra.warehouse.contract import Desk

HISTORY = ("repeats", "last_days", "age_days")
MONTH_LOG = round(float(np.log(30)) * ONE)


@dataclass(frozen=True)
class Sales:
    """What is read, of all or of some customers."""

    orders: ir.Table
    items: ir.Table
    asked: Asked

    def sums(self) -> ir.Table:
        """Of everybody, as of the day that is asked about."""
        asked = self.asked
        return churn_sums(self.orders, self.items, as_of=asked.as_of, one_in=1, store_keys=asked.store_keys)

    def extent(self, desk: Desk) -> tuple[int, dt.date]:
        """How many customers have a sale by the day that is asked about, and the first day of sales."""
        sold = self._sold(self.orders)
        row = desk.rows(sold.agg(customers=sold.customer_key.nunique(), since=sold.ordered_on.min()))[0]
        return row["customers"], row["since"] or self.asked.as_of

    @contextmanager
    def some(self, desk: Desk, one_in: int) -> Iterator[Sales]:
        """The sales of one customer in so many, by key, read once for all windows."""
        if one_in <= 1:
            yield self
            return
        orders, items = (
            desk.hold(
                self._sold(table).filter(table.customer_key % one_in == 0).select(*columns), f"churn_{name}"
            )
            for table, name, columns in (
                (self.orders, "orders", _OF_ORDERS),
                (self.items, "items", _OF_ITEMS),
            )
        )
        yield Sales(orders, items, self.asked)
        desk.drop("churn_orders")
        desk.drop("churn_items")

    def _sold(self, rows: ir.Table) -> ir.Table:
        rules = identified(rows, until=self.asked.as_of, store_keys=self.asked.store_keys)
        return rows.filter(*rules, rows.kind == "sale")


_SHARED = ("customer_key", "store_key", "kind", "is_cancelled", "ordered_on")
_OF_ORDERS, _OF_ITEMS = (*_SHARED, "net", "units"), (*_SHARED, "product_key")


@dataclass(frozen=True)
class Seen:
    """Customers as of a day, in grouped rows: the features, the buy-till-you-die model of that day, and the
    shop's usual interval (mean ln(days), millionths)."""

    rows: Floats
    count: Floats
    lost: Floats
    silent: Floats
    law: Fitted
    usual_interval: int

    def window(self, day: dt.date, length: int) -> Window:
        """As a lesson: who of them was lost in so many days after the day."""
        return Window(day.toordinal(), length, self.rows, self.count, self.lost, self.silent)


def seen(desk: Desk, sales: Sales, days: Sequence[dt.date]) -> dict[dt.date, Seen]:
    """The customers as of each of these days, and who of them bought nothing in the horizon after it."""
    asked, orders = sales.asked, sales.orders
    ends = [min(day + dt.timedelta(days=asked.horizon_days), asked.as_of) for day in days]
    cuts = desk.hold(_dated(days, until=pa.array(ends, pa.date32())), "churn_cuts")
    sums = desk.hold(churn_sums_at(orders, sales.items, cuts, store_keys=asked.store_keys), "churn_sums")
    try:
        usual = _usual_intervals(desk, sums, days)
        told = desk.hold(
            _dated(days, usual=pa.array([usual[day] for day in days], pa.int64())), "churn_usual"
        )
        both = sums.join(told, "as_of")
        features = churn_features(both, usual_interval=both.usual)
        found = desk.run(_grouped(features, _returned(sales, cuts)))
        desk.drop("churn_usual")
    finally:
        desk.drop("churn_sums")
        desk.drop("churn_cuts")
    return {day: _seen(rows, usual[day], asked.horizon_days) for day, rows in _apart(found, days).items()}


def _dated(days: Sequence[dt.date], **columns: pa.Array) -> pa.Table:
    return pa.table({"as_of": pa.array(days, pa.date32())} | columns)


def _usual_intervals(desk: Desk, sums: ir.Table, days: Sequence[dt.date]) -> dict[dt.date, int]:
    """By day the mean ln(days) of all intervals until then, millionths; without any, of a month."""
    by_day = sums.group_by("as_of").agg(logs=sums.interval_logs.sum(), n=sums.intervals.sum())
    rows = {row["as_of"]: row for row in desk.rows(by_day) if row["n"]}
    means = {day: round(int(row["logs"]) / int(row["n"])) for day, row in rows.items()}
    return {day: means.get(day, MONTH_LOG) for day in days}


def _returned(sales: Sales, cuts: ir.Table) -> ir.Table:
    """Who bought in the horizon after each of the days."""
    rules = identified(sales.orders, until=sales.asked.as_of, store_keys=sales.asked.store_keys)
    sold = sales.orders.filter(*rules, sales.orders.kind == "sale").select("customer_key", "ordered_on")
    back = sold.join(cuts, [sold.ordered_on > cuts.as_of, sold.ordered_on <= cuts.until])
    return back.select("as_of", "customer_key").distinct().mutate(came=ibis.literal(1, "int64"))


def _grouped(features: ir.Table, returned: ir.Table) -> ir.Table:
    """The distinct rows of each day in a fixed order, how many customers share each, and how many were
    lost."""
    same = [features[name] == returned[name] for name in ("as_of", "customer_key")]
    both = features.left_join(returned, same)
    keys = ["as_of", *HISTORY, "silence_days", *FROM_TABLE]
    told = both.select(*(features[name] for name in keys), lost=1 - returned.came.fill_null(0))
    groups = told.group_by(keys).agg(customers=told.count().cast("int64"), lost=told.lost.sum().cast("int64"))
    return groups.order_by(keys)


def _apart(found: pa.Table, days: Sequence[dt.date]) -> dict[dt.date, dict[str, Floats]]:
    """The rows of each day, as numbers."""
    when = found["as_of"].to_numpy()
    columns = {
        name: found[name].to_numpy().astype(np.float64) for name in found.column_names if name != "as_of"
    }
    return {
        day: {name: column[when == np.datetime64(day)] for name, column in columns.items()} for day in days
    }


def _seen(columns: Mapping[str, Floats], usual_interval: int, horizon_days: int) -> Seen:
    days = leaning.Days(*(columns[name] for name in (*HISTORY, "customers")))
    law = leaning.learnt(days)
    fresh, silence = leaning.logits(law, days, horizon_days)
    told = {"logit_fresh": fresh, "logit_silence": silence} | dict(columns)
    rows = np.column_stack([told[name] for name in NAMES]) / ONE
    return Seen(rows, columns["customers"], columns["lost"], columns["silence_days"], law, usual_interval)
