"""What others take for less: run by the peers' own Python, `python rfm_peers.py WHAT PARQUET`. Answers
JSON."""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from typing import Any

AS_OF = "2026-06-01"
COLUMNS = ["customer_key", "ordered_on", "net", "kind", "is_cancelled"]


def rows(path: str, columns: list[str]) -> Any:
    """The orders or lines that count, as a data frame."""
    frame = importlib.import_module("pandas").read_parquet(path, columns=columns)
    frame = frame[~frame.is_cancelled & frame.customer_key.notna()]
    return frame.assign(customer_key=frame.customer_key.astype("int64"), net=frame.net.astype("float64"))


def summary(path: str) -> int:
    """Our summary's columns with pandas: dates, counts, money, mean interval, preferred store, online."""
    pandas = importlib.import_module("pandas")
    frame = rows(path, [*COLUMNS, "store_key", "is_online"])
    frame["day"] = pandas.to_datetime(frame.ordered_on)
    sales = frame[frame.kind == "sale"]
    people = sales.groupby("customer_key").agg(
        first_on=("day", "min"),
        last_on=("day", "max"),
        orders=("day", "size"),
        purchase_days=("day", "nunique"),
        sold=("net", "sum"),
        is_online=("is_online", "any"),
    )
    people["ltv"] = frame.groupby("customer_key").net.sum()
    people["aov"] = people.sold / people.orders
    span = (people.last_on - people.first_on).dt.days
    people["mean_interval_days"] = span / (people.purchase_days - 1).where(people.purchase_days > 1)
    people["recency_days"] = (pandas.Timestamp(AS_OF) - people.last_on).dt.days
    visits = sales[["customer_key", "store_key", "day"]].drop_duplicates()
    lately = visits.day > pandas.Timestamp(AS_OF) - pandas.DateOffset(years=1)
    stores = visits.assign(lately=lately).groupby(["customer_key", "store_key"], as_index=False)
    ranked = stores.agg(lately=("lately", "sum"), day=("day", "max")).sort_values(
        ["customer_key", "lately", "day", "store_key"], ascending=[True, False, False, True]
    )
    people["store_key"] = ranked.drop_duplicates("customer_key").set_index("customer_key").store_key
    return len(people)


def lifetimes(path: str) -> int:
    """Frequency, recency, T and mean value."""
    make = importlib.import_module("lifetimes.utils").summary_data_from_transaction_data
    frame = rows(path, COLUMNS)
    return len(make(frame, "customer_key", "ordered_on", "net", observation_period_end=AS_OF))


def pymc_marketing(path: str) -> int:
    """Frequency, recency, T and mean value."""
    make = importlib.import_module("pymc_marketing.clv").rfm_summary
    frame = rows(path, COLUMNS)
    return len(make(frame, "customer_key", "ordered_on", "net", observation_period_end=AS_OF))


WHAT = {"summary": summary, "lifetimes": lifetimes, "pymc-marketing": pymc_marketing}


def main() -> None:
    what, path = sys.argv[1:3]
    importlib.import_module({"summary": "pandas", "pymc-marketing": "pymc_marketing.clv"}.get(what, what))
    begun = time.perf_counter()
    count = WHAT[what](path)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "rows": count, "peak_mb": peak}))


if __name__ == "__main__":
    main()
