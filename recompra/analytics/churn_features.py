"""What the risk model looks at: sums of each customer's purchases, and the logarithms made of them.

Whole numbers throughout, so that every engine finds the same: logarithms and decayed counts in millionths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.portable import cents, decayed, half_up, int64, log_millionths, nearest, quotient
from recompra.analytics.standing import identified

DECAYS = (15, 45, 120, 360)
"""Days in which a purchase's weight falls to 37 %: from a fortnight to a year, threefold each."""
YEAR, QUARTER = 365, 90
ONE = 1_000_000
PRIOR_INTERVALS = 2
"""How many intervals of the shop's usual length each customer is given beside the own ones."""
PRIOR_SPREAD = 700_000
"""Standard deviation over mean of intervals, in millionths, of who has too few to tell: between a clock's 0
and chance's 1."""


@step
def churn_sums(
    orders: ir.Table,
    order_items: ir.Table,
    *,
    as_of: dt.date,
    one_in: int,
    store_keys: Iterable[int] | None = None,
) -> ir.Table:
    """What each customer's sales up to a day come to, for the risk model; of one customer in `one_in`, by
    key.

    Columns: customer_key; silence_days (since the last purchase day); repeats, last_days, age_days (see
    `purchase_history`); days_12m (purchase days in the last 365 days); intervals, interval_sum,
    interval_squares, interval_logs (number, days, days squared and ln(days) of the intervals between
    purchase days; logarithms in millionths); decayed_15, decayed_45, decayed_120, decayed_360 (sum of
    exp(-age/days) of the purchase days, millionths); cents_year, sales_year, cents_before, sales_before
    (sales of the 365 days up to the last purchase, and of the 365 before); days_90, days_90_before
    (purchase days in the 90 days up to the last purchase, and in the 90 before); units_12m (whole units
    bought in the last 365 days); products_12m (different products bought in them). Stretches that end with
    the last purchase do not change while a customer is silent.
    """
    sales = orders.filter(*_sales(orders, as_of, one_in, store_keys))
    lines = order_items.filter(
        *_sales(order_items, as_of, one_in, store_keys),
        order_items.ordered_on > ibis.literal(as_of - dt.timedelta(days=YEAR)),
        order_items.product_key.notnull(),
    )
    return _with_goods(_people(_days(sales), as_of), lines)


@step
def churn_sums_at(
    orders: ir.Table, order_items: ir.Table, cuts: ir.Table, *, store_keys: Iterable[int] | None = None
) -> ir.Table:
    """As `churn_sums`, as of each of several days at once.

    `cuts`: as_of, the days. Columns: as_of, then those of `churn_sums`.
    """
    sales = _by_then(orders, cuts, store_keys)
    lines = _by_then(order_items, cuts, store_keys)
    lately = lines.as_of.delta(lines.ordered_on, unit="day") < YEAR
    return _with_goods(_people(_days(sales)), lines.filter(lately, lines.product_key.notnull()))


@step
def churn_features(sums: ir.Table, *, usual_interval: int | ir.IntegerValue) -> ir.Table:
    """The features of the risk model, of the rows of `churn_sums`.

    `usual_interval`: the mean ln(days) of the shop's intervals, millionths; a column of the rows where they
    are as of several days. Columns: customer_key (after as_of, where the rows have it), repeats, last_days,
    age_days, silence_days; then, all in millionths: silence (ln(1 + silence_days)); overdue, long_overdue
    (by how much silence exceeds the own interval, and e times the own interval; 0 when it does not);
    decayed_15 .. decayed_360 (ln(1 + decayed count)); days_12m (ln(1 + n)); once (1 for one purchase day);
    interval (mean ln of the own intervals, drawn to the shop's); irregularity (standard deviation over mean
    of the intervals, drawn to .7); ticket (ln(1 + mean order in the year up to the last purchase, R$));
    ticket_change (ln of that over the mean order of the year before, 0 without); growth (ln of (1 +
    purchase days in the 90 days up to the last purchase) / (1 + in the 90 before)); products, units (ln(1 +
    n) of 12 months).
    """
    prior = PRIOR_INTERVALS
    own = half_up(sums.interval_logs + prior * usual_interval, sums.intervals + prior)
    told = sums.mutate(interval=own, silence=_log_of_one_more(sums.silence_days))
    beyond = told.silence - told.interval
    ticket = _ticket(told.cents_year, told.sales_year)
    before = _ticket(told.cents_before, told.sales_before)
    nothing = ibis.literal(0, "int64")
    return told.select(
        *_keys(told),
        "repeats",
        "last_days",
        "age_days",
        "silence_days",
        "silence",
        overdue=ibis.greatest(beyond, nothing),
        long_overdue=ibis.greatest(beyond - ONE, nothing),
        **{f"decayed_{days}": log_millionths(ONE + told[f"decayed_{days}"], _one(ONE)) for days in DECAYS},
        days_12m=_log_of_one_more(told.days_12m),
        once=ibis.ifelse(told.repeats == 0, ONE, 0).cast("int64"),
        interval=told.interval,
        irregularity=_irregularity(told),
        ticket=ticket,
        ticket_change=ibis.ifelse(told.sales_before > 0, ticket - before, nothing),
        growth=log_millionths(1 + told.days_90, 1 + told.days_90_before),
        products=_log_of_one_more(told.products_12m),
        units=_log_of_one_more(told.units_12m),
    )


def _sales(
    rows: ir.Table, as_of: dt.date, one_in: int, store_keys: Iterable[int] | None
) -> list[ir.BooleanValue]:
    found = [*identified(rows, until=as_of, store_keys=store_keys), rows.kind == "sale"]
    return found if one_in == 1 else [*found, rows.customer_key % one_in == 0]


def _keys(rows: ir.Table) -> list[str]:
    """Whom a row is about: a customer, where there are several days as of one of them."""
    return [name for name in ("as_of", "customer_key") if name in rows.columns]


def _by_then(rows: ir.Table, cuts: ir.Table, store_keys: Iterable[int] | None) -> ir.Table:
    """The sales up to each of the days: a row for each sale and day."""
    counted = [rows.customer_key.notnull(), ~rows.is_cancelled, rows.kind == "sale"]
    if store_keys is not None:
        counted.append(rows.store_key.isin(sorted(store_keys)))
    sold = rows.filter(*counted)
    return sold.join(cuts, sold.ordered_on <= cuts.as_of)


def _days(sales: ir.Table) -> ir.Table:
    """Each sale with its cents; is_day (true of one sale of each purchase day); gap (of that one: days since
    the purchase day before; null: there was none); from_last (days until the last one)."""
    keys = _keys(sales)
    order = {"group_by": [sales[name] for name in keys], "order_by": sales.ordered_on}
    known = sales.select(
        *keys,
        "ordered_on",
        "units",
        cents=cents(sales.net),
        before=sales.ordered_on.lag().over(ibis.window(**order)),
        last_on=sales.ordered_on.max().over(ibis.window(**order, preceding=None, following=None)),
    )
    gap = known.ordered_on.delta(known.before, unit="day").cast("int64").nullif(0)
    return known.mutate(
        is_day=known.before.isnull() | gap.notnull(),
        gap=gap,
        from_last=known.last_on.delta(known.ordered_on, unit="day").cast("int64"),
    )


def _people(days: ir.Table, as_of: dt.date | None = None) -> ir.Table:
    """Per customer everything but the products; as of a day, or of that of each row."""
    age = _today(days, as_of).delta(days.ordered_on, unit="day").cast("int64")
    lately = age < YEAR
    year, quarter = days.from_last < YEAR, days.from_last < QUARTER
    before, earlier = ~year & (days.from_last < 2 * YEAR), ~quarter & (days.from_last < 2 * QUARTER)
    sums = days.group_by(_keys(days)).agg(
        last_on=days.ordered_on.max(),
        first_on=days.ordered_on.min(),
        repeats=_count(days, days.is_day) - 1,
        days_12m=_count(days, days.is_day & lately),
        intervals=days.gap.count().cast("int64"),
        interval_sum=_sum(days.gap),
        interval_squares=_sum(days.gap * days.gap),
        interval_logs=_sum(log_millionths(days.gap, _one(1))),
        **{f"decayed_{length}": _sum(decayed(age, length), days.is_day) for length in DECAYS},
        cents_year=_sum(days.cents, year),
        sales_year=_count(days, year),
        cents_before=_sum(days.cents, before),
        sales_before=_count(days, before),
        days_90=_count(days, days.is_day & quarter),
        days_90_before=_count(days, days.is_day & earlier),
        units_12m=days.units.sum(where=lately).fill_null(0).floor().cast("int64"),
    )
    today = _today(sums, as_of)
    return sums.select(
        *_keys(sums),
        silence_days=today.delta(sums.last_on, unit="day").cast("int64"),
        repeats=sums.repeats,
        last_days=sums.last_on.delta(sums.first_on, unit="day").cast("int64"),
        age_days=today.delta(sums.first_on, unit="day").cast("int64"),
        **{name: sums[name] for name in sums.columns[sums.columns.index("days_12m") :]},
    )


def _today(rows: ir.Table, as_of: dt.date | None) -> ir.DateValue:
    day: ir.DateValue = ibis.literal(as_of) if as_of is not None else rows.as_of
    return day


def _with_goods(people: ir.Table, lines: ir.Table) -> ir.Table:
    """The people with the number of different products in these lines."""
    keys = _keys(people)
    kinds = lines.select(*keys, "product_key").distinct()
    goods = kinds.group_by(keys).agg(products_12m=kinds.count())
    both = people.left_join(goods, [people[name] == goods[name] for name in keys])
    return both.select(
        *(people[name] for name in people.columns), products_12m=goods.products_12m.fill_null(0).cast("int64")
    )


def _irregularity(sums: ir.Table) -> ir.IntegerValue:
    """The standard deviation of the intervals over their mean, as if there were two more of the usual
    spread. Both divided by the number of intervals, which therefore falls out."""
    spread = (sums.intervals * sums.interval_squares - sums.interval_sum * sums.interval_sum).sqrt()
    own = nearest(quotient(spread * ONE, sums.interval_sum)).fill_null(0)
    known = ibis.greatest(sums.intervals - 1, ibis.literal(0, "int64"))
    return half_up(own * known + PRIOR_INTERVALS * PRIOR_SPREAD, known + PRIOR_INTERVALS)


def _ticket(amount: ir.IntegerValue, sales: ir.IntegerValue) -> ir.IntegerValue:
    """ln(1 + mean order in R$); of nothing, or of less than nothing, 0."""
    hundred = 100 * ibis.greatest(sales, _one(1))
    return log_millionths(ibis.greatest(amount, ibis.literal(0, "int64")) + hundred, hundred)


def _log_of_one_more(number: ir.IntegerValue) -> ir.IntegerValue:
    return log_millionths(1 + ibis.greatest(number, ibis.literal(0, "int64")), _one(1))


def _one(number: int) -> ir.IntegerValue:
    return ibis.literal(number, "int64")


def _count(rows: ir.Table, where: ir.BooleanValue) -> ir.IntegerValue:
    return rows.count(where=where).cast("int64")


def _sum(number: ir.IntegerValue, where: ir.BooleanValue | None = None) -> ir.IntegerValue:
    return int64(number.sum(where=where).fill_null(0))
