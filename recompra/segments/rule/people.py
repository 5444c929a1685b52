"""A rule as one Ibis expression over the facts: the same people on every engine.

Every condition is a boolean that is never null. A condition on a field reads the table `people` alone; one
on a behaviour, or on a metric of customers, asks whether the person's key is among those that an aggregate
found.
Who bought nothing that fits counts as zero: "at most two purchases" holds for nobody's purchases, too.
"""

from __future__ import annotations

import calendar
import datetime as dt
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as types
import ibis.expr.types as ir

from recompra.segments.ages import EDGES
from recompra.segments.fields import Field, Kind, answer_of
from recompra.segments.fields import field as field_named
from recompra.segments.rule.tree import (
    Behaviour,
    Condition,
    Did,
    FieldIs,
    Group,
    Match,
    Measure,
    Node,
    Op,
    Sequence,
    What,
    days,
)
from recompra.warehouse.schema import TABLES

LEAP_DAY, DAY_BEFORE = 229, 228
COLUMNS = {"group": "group_name", "brand": "brand", "color": "color", "product": "code"}
"""The columns of `products` by which a rule names products; any other name is one of their attributes."""


@dataclass(frozen=True)
class Answer:
    """Where the answer to a condition stands: a bit of a column of `people`, set for whom it holds, or, with
    `is_no`, for whom it does not."""

    column: str
    bit: int
    is_no: bool

    def of(self, people: ir.Table) -> ir.BooleanValue:
        is_set = (people[self.column] & self.bit) != 0
        return ~is_set if self.is_no else is_set


@dataclass(frozen=True)
class Facts:
    """The tables that a rule reads: the declared ones, or some of their rows."""

    tables: Mapping[str, ir.Table] = field(default_factory=lambda: TABLES)
    answers: Mapping[Node, Answer] = field(default_factory=dict)
    """Conditions that were answered before, for many rules at once."""

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables.get(name, TABLES[name])

    def of_stores(self, stores: Iterable[int] | None) -> Facts:
        """What somebody may see who sees these stores (None: all): people who prefer one of them or none at
        all, and the sales of these stores."""
        if stores is None:
            return self
        keys = sorted(stores)
        people = self["people"].filter(lambda t: t.store_key.isin(keys) | t.store_key.isnull())
        sold = {
            name: self[name].filter(lambda t: t.store_key.isin(keys)) for name in ("orders", "order_items")
        }
        return Facts({**self.tables, "people": people, **sold})

    def of_customers(self, customers: ir.Table) -> Facts:
        """The same, about these customers alone (a table with a `customer_key`): what an incremental refresh
        looks at."""
        own = {
            name: table.semi_join(customers, "customer_key")
            for name in TABLES
            if "customer_key" in (table := self[name]).columns
        }
        return Facts({**self.tables, **own})


ALL = Facts()


def people_of(
    rule: Node, *, as_of: dt.date, stores: Iterable[int] | None = None, facts: Facts = ALL
) -> ir.Table:
    """The rows of `people` that fit a rule, as of a day. `stores`: for somebody who sees only these.

    Raises Refused where a field vanished.
    """
    seen = facts.of_stores(stores)
    people = seen["people"]
    return people.filter(truth(rule, people, as_of, seen))


def truth(node: Node, people: ir.Table, as_of: dt.date, facts: Facts = ALL) -> ir.BooleanValue:
    """Whether a rule holds, for each row of `people`; never null."""
    if isinstance(node, Group):
        return _group(node.match, [truth(rule, people, as_of, facts) for rule in node.rules])
    if node in facts.answers:
        return facts.answers[node].of(people)
    if isinstance(node, FieldIs) and (one := field_named(node.field)).metric is None:
        return compared(one, node, column_of(one, people, as_of), as_of)
    found, is_no = deciding(node, as_of, facts)
    return people.customer_key.notin(found) if is_no else people.customer_key.isin(found)


def deciding(node: Condition, as_of: dt.date, facts: Facts) -> tuple[ir.Column, bool]:
    """The customers who decide a condition that `people` alone cannot: the keys of those for whom it holds,
    or, with True, of those for whom it does not."""
    match node:
        case FieldIs():
            return _of_metric(node, as_of, facts)
        case Behaviour():
            return _behaviour(node, as_of, facts)
        case Sequence():
            return _followed(node, as_of, facts).customer_key, False


def _group(match: Match, parts: list[ir.BooleanValue]) -> ir.BooleanValue:
    if not parts:
        return ibis.literal(True)
    if match == Match.ALL:
        return reduce(operator.and_, parts)
    some: ir.BooleanValue = reduce(operator.or_, parts)
    return ~some if match == Match.NONE else some


# fields -----------------------------------------------------------------------------------------------------


def _of_metric(asked: FieldIs, as_of: dt.date, facts: Facts) -> tuple[ir.Column, bool]:
    one = field_named(asked.field)
    if one.metric is None:
        raise ValueError(f"{asked.field} stands in people")
    answer = answer_of(one.metric, facts.tables, as_of)
    fitting = compared(one, asked, answer[one.column], as_of)
    if asked.op in (Op.UNKNOWN, Op.NONE_OF, Op.NO, Op.NOT_WITHIN):  # whom the metric does not know fits, too
        return answer.filter(~fitting).customer_key, True
    return answer.filter(fitting).customer_key, False


def column_of(one: Field, people: ir.Table, as_of: dt.date) -> ir.Value:
    """The value of a field in each row of `people`, as of a day."""
    computed = COMPUTED.get(one.name)
    return computed(people, as_of) if computed else people[one.name]


COMPUTED: dict[str, Callable[[ir.Table, dt.date], ir.Value]] = {
    "recency_days": lambda t, as_of: _days_since(t.last_on, as_of),
    "overdue_days": lambda t, as_of: (
        _days_since(t.last_on, as_of) - t.mean_interval_days.cast("float64").ceil().cast("int64")
    ),
    "has_purchases": lambda t, as_of: t.last_on.notnull(),
    "is_complete": lambda t, as_of: t.completeness >= 100,
    "is_loyalty_member": lambda t, as_of: t.loyalty_program.notnull(),
    "churn_risk": lambda t, as_of: (t.churn_risk * 100 + 0.5).floor().cast("int64"),
    "next_in_days": lambda t, as_of: -_days_since(t.next_on, as_of),
    "is_due": lambda t, as_of: (
        (t.next_from <= ibis.literal(as_of)) & (t.next_until >= ibis.literal(as_of))
    ).fill_null(False),
    "is_past_due": lambda t, as_of: (t.next_until < ibis.literal(as_of)).fill_null(False),
}


def compared(one: Field, asked: FieldIs, value: Any, as_of: dt.date) -> ir.BooleanValue:
    """What is asked, of a column's values; where the value is null, as `FieldIs` says."""
    if asked.op == Op.KNOWN:
        return value.notnull()
    if asked.op == Op.UNKNOWN:
        return value.isnull()
    if one.kind == Kind.FLAG:
        held = value.fill_null(False)
        return held if asked.op == Op.YES else ~held
    if one.kind == Kind.BIRTHDAY:
        return _birthday(asked, value, as_of).fill_null(False)
    if one.kind == Kind.AGE:
        return _age(asked, value).fill_null(False)
    if asked.op in (Op.ONE_OF, Op.NONE_OF):
        chosen = value.isin(_chosen(one, asked)).fill_null(False)
        return chosen if asked.op == Op.ONE_OF else ~chosen
    if asked.op in (Op.WITHIN, Op.NOT_WITHIN):
        inside = _inside(value, asked.value, as_of).fill_null(False)
        return inside if asked.op == Op.WITHIN else ~inside
    return amount(asked.op, asked.value, value).fill_null(False)


def _chosen(one: Field, asked: FieldIs) -> list[Any]:
    values = asked.value if isinstance(asked.value, tuple) else ()
    return [int(str(value)) for value in values] if one.kind == Kind.STORE else list(values)


def amount(op: Op, wanted: Any, value: Any) -> ir.BooleanValue:
    match op:
        case Op.AT_LEAST:
            return value >= _literal(wanted, value)
        case Op.AT_MOST:
            return value <= _literal(wanted, value)
        case Op.BETWEEN:
            least, most = wanted
            return (value >= _literal(least, value)) & (value <= _literal(most, value))
        case _:
            return value == _literal(wanted, value)


def _literal(wanted: Decimal, value: ir.Value) -> ir.Scalar:
    """A number in the type that the column compares with exactly."""
    if value.type().is_integer() and wanted == wanted.to_integral_value():
        return ibis.literal(int(wanted), "int64")
    return ibis.literal(wanted, "decimal(18, 4)")


def _age(asked: FieldIs, band: Any) -> ir.BooleanValue:
    """Ages are known in bands (`ages.EDGES`): a span covers whole ones."""
    wanted: Any = asked.value
    if asked.op == Op.AT_LEAST:
        least, most = int(wanted), None
    elif asked.op == Op.AT_MOST:
        least, most = 0, int(wanted)
    else:
        least, most = (int(one) for one in wanted)
    bands = [edge for edge in EDGES if edge >= least and (most is None or edge <= most)]
    return band.isin(bands)


def _birthday(asked: FieldIs, day: Any, as_of: dt.date) -> ir.BooleanValue:
    """Whether a birthday (month * 100 + day) falls in a span of the year. In a year without 29 February it is
    kept on the 28th; a span that names no year has both."""
    wanted: Any = asked.value
    if asked.op == Op.BETWEEN:
        (first_month, first_day), (last_month, last_day) = wanted
        return _in_year(day, first_month * 100 + first_day, last_month * 100 + last_day, leap=False)
    since, until = days(wanted, as_of)
    if since is None or until is None or (until - since).days >= 365:
        return day.notnull()
    first, last = since.month * 100 + since.day, until.month * 100 + until.day
    leap = any(calendar.isleap(year) for year in _februaries(since, until))
    return _in_year(day, first, last, leap=leap)


def _februaries(since: dt.date, until: dt.date) -> list[int]:
    """The years whose 28 February lies in the span."""
    years = range(since.year, until.year + 1)
    return [year for year in years if since <= dt.date(year, 2, DAY_BEFORE % 100) <= until]


def _in_year(day: Any, first: int, last: int, *, leap: bool) -> ir.BooleanValue:
    wraps = first > last
    inside = (day >= first) | (day <= last) if wraps else (day >= first) & (day <= last)
    has_day_before = (first <= DAY_BEFORE or last >= DAY_BEFORE) if wraps else (first <= DAY_BEFORE <= last)
    if has_day_before and not leap:
        return inside | (day == LEAP_DAY)
    return inside


def _inside(value: Any, period: Any, as_of: dt.date) -> ir.BooleanValue:
    since, until = days(period, as_of)
    held = value.notnull()
    if since is not None:
        held &= value >= ibis.literal(since)
    if until is not None:
        held &= value <= ibis.literal(until)
    return held


def _days_since(day: Any, as_of: dt.date) -> Any:
    return ibis.literal(as_of).delta(day, unit="day").cast("int64")


# behaviours -------------------------------------------------------------------------------------------------


def _behaviour(asked: Behaviour, as_of: dt.date, facts: Facts) -> tuple[ir.Column, bool]:
    rows = matching(asked, as_of, facts)
    if asked.op == Op.NEVER or is_at_least_one_order(asked):
        return rows.customer_key, asked.op == Op.NEVER
    measured = measure(asked, rows)
    fitting, is_no = amount(asked.op, asked.value, measured.n), fits_zero(asked)
    return measured.filter(~fitting if is_no else fitting).customer_key, is_no


def measure(asked: Behaviour, rows: ir.Table) -> ir.Table:
    """Per customer: n, what is measured of the rows that fit; first_on and last_on, their first and last
    day."""
    grouped = rows.group_by("customer_key")
    spread = {"first_on": rows.ordered_on.min(), "last_on": rows.ordered_on.max()}
    match asked.measure:
        case Measure.VALUE:
            return grouped.agg(n=rows.net.sum().cast("decimal(18, 2)"), **spread)
        case Measure.UNITS:
            return grouped.agg(n=rows.units.sum().cast("decimal(18, 4)"), **spread)
        case Measure.DAYS:
            return grouped.agg(n=rows.ordered_on.nunique(), **spread)
        case Measure.ORDERS:
            counted = rows.order_key.nunique() if asked.what else rows.count()
            return grouped.agg(n=counted, **spread)


def matching(asked: Behaviour, as_of: dt.date, facts: Facts) -> ir.Table:
    """The orders, or where products are named their lines, that fit a behaviour.

    Columns: customer_key, order_key, ordered_at, ordered_on, net (R$), units; positive for returns, too.
    """
    rows = facts["order_items"] if asked.what else facts["orders"]
    rows = rows.filter(rows.customer_key.notnull(), ~rows.is_cancelled, rows.ordered_on <= as_of)
    rows = rows.filter(*applies(asked, rows, as_of))
    if asked.what and asked.is_online is not None:
        orders = facts["orders"]
        wanted = orders.filter(orders.is_online == asked.is_online)
        rows = rows.filter(rows.order_key.isin(wanted.order_key))
    for what in asked.what:
        rows = rows.filter(rows.product_key.isin(_products(what, facts).product_key))
    net, units = rows.net, rows.quantity if asked.what else rows.units
    if asked.did == Did.RETURNED:
        net, units = -net, -units
    return rows.select("customer_key", "order_key", "ordered_at", "ordered_on", net=net, units=units)


def applies(asked: Behaviour, rows: ir.Table, as_of: dt.date) -> list[ir.BooleanValue]:
    """What a behaviour asks of a row of `orders` or `order_items` by itself."""
    found = [rows.kind == ("return" if asked.did == Did.RETURNED else "sale")]
    if asked.stores:
        found.append(rows.store_key.isin(sorted(asked.stores)))
    if asked.period is not None:
        found.append(_inside(rows.ordered_on, asked.period, as_of))
    if asked.is_online is not None and "is_online" in rows.columns:
        found.append(rows.is_online == asked.is_online)
    return found


def _products(what: What, facts: Facts) -> ir.Table:
    """The products of which a property has one of the values."""
    products = facts["products"]
    column = COLUMNS.get(what.name)
    if column:
        return products.filter(products[column].isin(sorted(what.values)))
    value = json_extract_path_text(products.attributes.cast("json"), ibis.literal(what.name)).name("value")
    told = products.filter(products.attributes.notnull()).select("product_key", value)
    return told.filter(told.value.isin(sorted(what.values)))


@ibis.udf.scalar.builtin(signature=((types.json, types.string), types.string))  # type: ignore[untyped-decorator]
def json_extract_path_text(document: ir.Value, name: ir.Value) -> ir.Value:
    """The member of a JSON object as text, by the function that both DuckDB and PostgreSQL have: Ibis' own
    expression is no SQL of PostgreSQL's."""


def is_at_least_one_order(asked: Behaviour) -> bool:
    return asked.measure in (Measure.ORDERS, Measure.DAYS) and (asked.op, asked.value) == (Op.AT_LEAST, 1)


def fits_zero(asked: Behaviour) -> bool:
    """Whether somebody without any such purchase fits."""
    wanted: Any = asked.value
    match asked.op:
        case Op.AT_LEAST:
            return bool(wanted <= 0)
        case Op.AT_MOST:
            return bool(wanted >= 0)
        case Op.BETWEEN:
            return bool(wanted[0] <= 0 <= wanted[1])
        case _:
            return bool(wanted == Decimal(0))


def _followed(asked: Sequence, as_of: dt.date, facts: Facts) -> ir.Table:
    """The customers whose purchases came in this order; see `Sequence`. Column: customer_key."""
    first, then = matching(asked.first, as_of, facts), matching(asked.then, as_of, facts)
    if asked.never:
        return _not_followed(asked, first, then, as_of)
    if asked.within_days is None:
        began = first.group_by("customer_key").agg(at=first.ordered_at.min())
        ended = then.group_by("customer_key").agg(later=then.ordered_at.max())
        both = began.join(ended, "customer_key")
        return both.filter(both.at < both.later).select("customer_key")
    began = first.select("customer_key", at="ordered_at", on="ordered_on").distinct()
    ended = then.select("customer_key", later="ordered_at", later_on="ordered_on").distinct()
    both = began.join(ended, "customer_key")
    near = both.filter(both.at < both.later, _apart(both) <= asked.within_days)
    return near.select("customer_key").distinct()


def _not_followed(asked: Sequence, first: ir.Table, then: ir.Table, as_of: dt.date) -> ir.Table:
    """Those whose last first thing nothing followed in time. Where the time is not over yet it may still
    come: they are left out."""
    began = first.group_by("customer_key").agg(at=first.ordered_at.max(), on=first.ordered_on.max())
    if asked.within_days is not None:
        over = as_of - dt.timedelta(days=asked.within_days)
        began = began.filter(began.on < ibis.literal(over))
    ended = then.select("customer_key", later="ordered_at", later_on="ordered_on")
    both = began.join(ended, "customer_key")
    came = both.filter(both.at < both.later)
    if asked.within_days is not None:
        came = came.filter(_apart(came) <= asked.within_days)
    return began.filter(began.customer_key.notin(came.customer_key)).select("customer_key")


def _apart(both: ir.Table) -> ir.IntegerValue:
    return both.later_on.delta(both.on, unit="day").cast("int64")
