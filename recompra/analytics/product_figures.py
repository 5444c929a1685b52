"""What is known of each product for recommending it: who buys it, who buys it again, since when, at what
price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from recompra.analytics.catalog import step
from recompra.analytics.lists import places
from recompra.analytics.lists.places import NOVELTY, POPULAR, SATISFACTION, drawn, is_lately, place
from recompra.analytics.portable import cents, half_up, hundredths, log_millionths, power_of_e, share

WEIGHT = 20  # buyers of an average product that each product's figures are drawn towards
ASLEEP = 365  # days without a sale, while others sell, after which a product is off the shelf
SILENT, MONTH = 10, 30  # the mean interval between its days of sale so many times, and a month, says so too
STEP_FROM, STEP_TO = 110, 200  # the next step costs so many per cent of the price
STEP_AMONG = 50  # of a group, the most bought


@step
def product_sales(items: ir.Table, *, as_of: dt.date, store_keys: Iterable[int] | None = None) -> ir.Table:
    """Since when each product sells, until when, and at what price; sales without a customer count too.

    Products that were only returned are left out. Columns: product_key; first_on, last_on, sale_days (first
    and last day of a sale, and how many there were);
    price (R$: the mean unit price of its lines in the last 180 days it sold, discounts not taken off, each
    line one voice however many units it has; null: it never cost anything); shop_first_on, shop_last_on (of
    any product).
    """
    counted = items.filter(~items.is_cancelled, items.ordered_on <= ibis.literal(as_of))
    if store_keys is not None:
        counted = counted.filter(counted.store_key.isin(sorted(store_keys)))
    sold = counted.filter(counted.product_key.notnull(), counted.kind == "sale", counted.quantity > 0)
    days = sold.group_by("product_key", "ordered_on").agg(
        lines=sold.count(where=sold.unit_price > 0), prices=sold.unit_price.sum(where=sold.unit_price > 0)
    )
    ends = days.group_by("product_key").agg(
        first_on=days.ordered_on.min(),
        last_on=days.ordered_on.max(),
        sale_days=days.count().cast("int64"),
    )
    dated = days.join(ends, "product_key")
    age = dated.last_on.delta(dated.ordered_on, unit="day").cast("int64")
    sums = dated.group_by("product_key", "first_on", "last_on", "sale_days").agg(
        lines=dated.lines.sum(where=age < 180), prices=dated.prices.sum(where=age < 180)
    )
    shop = sold.agg(shop_first_on=sold.ordered_on.min(), shop_last_on=sold.ordered_on.max())
    return sums.cross_join(shop).select(
        "product_key",
        "first_on",
        "last_on",
        "sale_days",
        price=hundredths(half_up(cents(sums.prices), sums.lines.cast("int64")), "decimal(18, 2)"),
        shop_first_on=shop.shop_first_on,
        shop_last_on=shop.shop_last_on,
    )


@step
def repeat_intervals(taken: ir.Table) -> ir.Table:
    """After how many days customers buy the same product again.

    Columns: days (a customer's mean interval between the days of one product, to the nearest day); pairs (of
    customer and product). From it `typical_interval` takes the middle one.
    """
    again = taken.filter(taken.days > 1)
    span = again.last_on.delta(again.first_on, unit="day").cast("int64")
    each = again.select(days=half_up(span, again.days - 1))
    return each.group_by("days").agg(pairs=each.count().cast("int64")).order_by("days")


def typical_interval(rows: Iterable[Mapping[str, Any]]) -> int | None:
    """The (lower) median of `repeat_intervals`, at least a day; None: nothing was ever bought again."""
    found = list(rows)
    total, seen = sum(row["pairs"] for row in found), 0
    for row in found:
        seen += row["pairs"]
        if 2 * seen >= total:
            return max(1, int(row["days"]))
    return None


@step
def product_figures(
    taken: ir.Table,
    product_sales: ir.Table,
    products: ir.Table,
    *,
    as_of: dt.date,
    typical_interval: int | None,
    popular_days: int = POPULAR[0],
    satisfaction_weight: int = SATISFACTION[0],
    novelty_days: int = NOVELTY[0],
) -> ir.Table:
    """What is known of each product that has a name and was ever sold, for the lists of recommendations.

    Columns: product_key, group_name; is_offered (not said to be discontinued or out of stock, sold within a
    year of the shop's last sale, and not silent while it used to sell: see `_is_silent`); popular_days (0
    asks for all the days of the shop, and says how many they are), buyers (customers who took it in these
    days), share (of those who took anything, four decimals), chance (of a million products taken in these
    days, how many were this one), group_chance (the same among the products of its group; null without a
    group or buyers in it), popular_place; ever_buyers (customers who took it and have had `typical_interval`
    days to come back for it), repeaters (of them, who did), repeat_rate ((repeaters + 20 x mean of all
    products) / (ever_buyers + 20), four decimals; null: nobody had the time), satisfaction_place; first_on,
    last_on, days_on_sale, takers (all customers who ever took it), novelty_place; interval_days (days until
    it is bought again: the geometric mean over customers, drawn towards `typical_interval` as by 20
    customers; null: nothing is ever bought again), price (R$), step_key (what to offer instead: in the same
    group, 10 to 100 % dearer, of the group's fifty most bought the most bought).

    Places count from 1, and only what is offered has one. Without a place in a list is what nobody bought
    lately; what fewer than 10 buyers had the time to buy again, or none did (satisfaction: by the repeat rate
    with `satisfaction_weight` in the place of 20); what was not first sold in the last `novelty_days` days,
    in a shop twice as old, to at least 5 (novelties: most takers per day on sale first).
    """
    counts = _counts(taken, as_of, popular_days, typical_interval)
    totals = counts.agg(
        mean=half_up(counts.repeaters.sum() * 1_000_000, counts.ever_buyers.sum()),
        lately=counts.buyers.sum().cast("int64"),
    )
    people = taken.filter(is_lately(_age(as_of, taken.last_on), popular_days))
    everybody = people.agg(people=people.customer_key.nunique().cast("int64"))
    named = products.select("product_key", "group_name", "is_discontinued", "stock", "launched_on")
    known = (
        product_sales.join(named, "product_key")
        .left_join(counts, "product_key")
        .drop("product_key_right")
        .cross_join(totals)
        .cross_join(everybody)
    )
    in_group = known.buyers.sum().over(group_by=known.group_name).cast("int64")
    known = known.mutate(of_group=known.group_name.notnull().ifelse(in_group, ibis.null("int64")))
    told = _told(known, as_of, popular_days, typical_interval)
    return _with_steps(_placed(told, satisfaction_weight, novelty_days))


def _counts(taken: ir.Table, as_of: dt.date, popular_days: int, typical_interval: int | None) -> ir.Table:
    """Per product the customers who took it: lately, with time to come back, again, ever."""
    had_time = _age(as_of, taken.first_on) >= (typical_interval or 0)
    again = taken.days > 1
    span = taken.last_on.delta(taken.first_on, unit="day").cast("int64")
    return taken.group_by("product_key").agg(
        buyers=taken.count(where=is_lately(_age(as_of, taken.last_on), popular_days)).cast("int64"),
        ever_buyers=taken.count(where=had_time).cast("int64"),
        repeaters=taken.count(where=had_time & again).cast("int64"),
        takers=taken.count().cast("int64"),
        rhythms=taken.count(where=again).cast("int64"),
        logs=log_millionths(span, taken.days - 1).sum(where=again).fill_null(0).cast("int64"),
    )


def _told(known: ir.Table, as_of: dt.date, popular_days: int, typical_interval: int | None) -> ir.Table:
    """Every figure but the places, and what these are made of: `mean`, `shop_days`."""
    counted = {
        name: known[name].fill_null(0) for name in ("buyers", "ever_buyers", "repeaters", "takers", "rhythms")
    }
    first_on = ibis.least(known.first_on, known.launched_on.fill_null(known.first_on))
    rate = drawn(counted["repeaters"], counted["ever_buyers"], known["mean"], WEIGHT)
    gone = known.is_discontinued.fill_null(False) | (known.stock.fill_null(1) <= 0) | _is_silent(known)
    age = known.shop_last_on.delta(first_on, unit="day").cast("int64")
    whole = _age(as_of, known.shop_first_on) + 1
    return known.select(
        "product_key",
        "group_name",
        is_offered=~gone,
        popular_days=ibis.literal(popular_days, "int64") if popular_days else whole,
        buyers=counted["buyers"],
        share=share(counted["buyers"], known.people),
        chance=half_up(counted["buyers"] * 1_000_000, known.lately).fill_null(0),
        ever_buyers=counted["ever_buyers"],
        repeaters=counted["repeaters"],
        repeat_rate=_ten_thousandths(rate),
        mean=known["mean"],
        first_on=first_on,
        last_on=known.last_on,
        days_on_sale=age + 1,
        takers=counted["takers"],
        group_chance=half_up(counted["buyers"] * 1_000_000, known.of_group),
        shop_days=known.shop_last_on.delta(known.shop_first_on, unit="day").cast("int64"),
        interval_days=_interval(known.logs.fill_null(0), counted["rhythms"], typical_interval),
        price=known.price,
    )


def _is_silent(known: ir.Table) -> ir.BooleanValue:
    """Whether a product seems to be off the shelf, told or not: for a year nothing of it was sold; or it
    sold on ten days or more, and by chance it would be silent for so long once in e^10 times."""
    silence = known.shop_last_on.delta(known.last_on, unit="day").cast("int64")
    span = known.last_on.delta(known.first_on, unit="day").cast("int64")
    is_odd = silence * (known.sale_days - 1) >= SILENT * span
    return (silence >= ASLEEP) | ((known.sale_days >= SILENT) & (silence >= MONTH) & is_odd)


def _interval(logs: ir.IntegerValue, pairs: ir.IntegerValue, typical: int | None) -> ir.IntegerValue:
    if typical is None:
        return ibis.null("int64")
    pool = log_millionths(ibis.literal(typical, "int64"), ibis.literal(1, "int64"))
    return ibis.greatest(power_of_e(half_up(logs + pool * WEIGHT, pairs + WEIGHT)), ibis.literal(1, "int64"))


def _placed(told: ir.Table, satisfaction_weight: int, novelty_days: int) -> ir.Table:
    """The three lists' places among what is offered and qualifies."""
    orders = {
        "popular_place": places.popular(told.buyers),
        "satisfaction_place": places.satisfaction(told, told["mean"], satisfaction_weight),
        "novelty_place": places.novelty(told, told.shop_days, novelty_days),
    }
    placed = told.mutate(
        **{name: place(told, told.is_offered & is_in, order) for name, (is_in, order) in orders.items()}
    )
    return placed.drop("mean", "shop_days")


def _with_steps(placed: ir.Table) -> ir.Table:
    """With `step_key`: of each product the next dearer one to offer."""
    best = placed.filter(placed.popular_place.notnull(), placed.group_name.notnull(), placed.price.notnull())
    in_group = ibis.row_number().over(
        ibis.window(group_by=best.group_name, order_by=[best.popular_place, best.product_key])
    )
    best = best.mutate(nth=in_group).filter(lambda t: t.nth < STEP_AMONG)
    steps = best.select(
        step_key="product_key", group_name="group_name", dearer="price", place="popular_place"
    )
    offers = placed.select("product_key", "group_name", "price").join(steps, "group_name")
    cost, dearer = cents(offers.price) * 100, cents(offers.dearer) * 100
    fits = offers.filter(
        offers.product_key != offers.step_key,
        dearer >= cents(offers.price) * STEP_FROM,
        dearer <= cost + cents(offers.price) * (STEP_TO - 100),
    )
    ranked = fits.select(
        "product_key",
        "step_key",
        nth=ibis.row_number().over(
            ibis.window(group_by=fits.product_key, order_by=[fits.place, fits.step_key])
        ),
    )
    chosen = ranked.filter(ranked.nth == 0).select("product_key", "step_key")
    return placed.left_join(chosen, "product_key").drop("product_key_right")


def _age(as_of: dt.date, day: ir.DateValue) -> ir.IntegerValue:
    return ibis.literal(as_of).delta(day, unit="day").cast("int64")


def _ten_thousandths(millionths: ir.IntegerValue) -> ir.DecimalValue:
    return share(millionths, ibis.literal(1_000_000, "int64"))
