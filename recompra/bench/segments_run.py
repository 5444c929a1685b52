"""The segments measured on facts of a given size, in a process of its own: `python -m
recompra.bench.segments_run WHAT FOLDER LINES`.

WHAT is `make` (the facts alone), `count` (live counts, milliseconds) or `refresh` (who is in a hundred
segments, in one generation).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from functools import partial, reduce
from operator import add
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from recompra.analytics.customer_summary import customer_summary
from recompra.analytics.rfm import cuts_from, edges, rfm
from recompra.bench.facts import make_batch
from recompra.bench.rfm_run import AS_OF, peak_mb
from recompra.warehouse.contract import Draft
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.load import LoadBatch
from recompra.warehouse.schema import TABLES, orders, people, scores

GROUPS, BRANDS = 20, 50
STATES = ("SP", "RJ", "MG", "PR", "SC", "RS", "BA", "PE", "CE", "GO")
Json = dict[str, Any]


def make(folder: Path, lines: int) -> DuckEngine:
    """Facts of so many lines, everybody's scores, and a profile for each customer; made once."""
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    if not store.version():
        batch = make_batch(folder / "parquet", lines)
        products = folder / "parquet" / "products.parquet"
        _products(products)
        store.apply(LoadBatch(batch.id, batch.orders, batch.order_items, products))
        summary = customer_summary(orders, as_of=AS_OF, window_days=365)
        with store.hold(summary, "summary") as held:
            cuts = cuts_from(store.rows(edges(held)))
        scored = rfm(summary, cuts).mutate(as_of=ibis.literal(AS_OF), cuts_version=ibis.literal(1))
        store.replace("scores", scored.select(*TABLES["scores"].columns))
        store.replace("profiles", _profiles())
    return store


def _products(path: Path) -> None:
    keys = range(1, 20_001)
    nothing = pa.nulls(len(keys))
    columns = {
        "product_key": list(keys),
        "code": [f"P{key}" for key in keys],
        "name": [f"Produto {key}" for key in keys],
        "group_name": [f"Grupo {key % GROUPS}" for key in keys],
        "brand": [f"Marca {key % BRANDS}" for key in keys],
        "color": nothing,
        "launched_on": nothing,
        "attributes": nothing,
        "batch": [1] * len(keys),
    }
    pq.write_table(pa.table(columns), path)


def _profiles() -> ir.Table:
    """Of every customer who bought, columns spread by parts of the key: it is random."""

    def part(at: int, size: int) -> ir.IntegerValue:
        return (scores.customer_key // 1_000**at) % 1_000 * size // 1_000

    nothing = ibis.null("string")
    flags = (
        "has_mobile", "has_phone", "has_email", "is_subscriber", "reach_whatsapp", "reach_email", "reach_sms",
    )  # fmt: skip
    blocked = ("blocked_campaigns", "blocked_messages", "blocked_loyalty", "blocked_giftback")
    return scores.select(
        "customer_key",
        registered_on=scores.first_on,
        birth_day=(part(0, 12) + 1) * 100 + part(1, 28) + 1,
        age_band=ibis.ifelse(part(2, 13) == 0, 18, part(2, 13) * 5 + 15),
        sex=ibis.ifelse(part(3, 10) < 6, "F", "M"),
        marital_status=ibis.ifelse(part(0, 2) == 0, "single", "married"),
        state=ibis.cases(*((part(1, 10) == at, state) for at, state in enumerate(STATES)), else_="SP"),
        is_company=part(2, 50) == 0,
        completeness=part(3, 21) * 5,
        **{flag: part(at % 4, 10) < 4 + at % 5 for at, flag in enumerate(flags)},
        **{flag: part(at, 100) == at for at, flag in enumerate(blocked)},
        loyalty_program=ibis.ifelse(part(1, 4) == 0, "Clube", nothing),
        loyalty_tier=ibis.ifelse(part(1, 8) == 0, "Ouro", nothing),
        loyalty_since=ibis.ifelse(part(1, 4) == 0, scores.first_on, ibis.null("date")),
        contacted_on=ibis.null("date"),
    ).select(*TABLES["profiles"].columns)


def field_rules() -> Iterator[Json]:
    """Sixty rules of two to four conditions on what is known of a person."""
    for number in range(60):
        state, band = STATES[number % 10], 20 + 5 * (number % 10)
        conditions: list[Json] = [
            {"field": "state", "op": "one_of", "value": [state, STATES[(number + 3) % 10]]},
            {"field": "recency_days", "op": "between", "value": [10 * number % 300, 10 * number % 300 + 90]},
            {"field": "sex", "op": "one_of", "value": ["F"]},
            {"field": "age_band", "op": "between", "value": [band, band + 9]},
            {"field": "ltv", "op": "at_least", "value": 100 + 10 * number},
            {"field": "segment", "op": "none_of", "value": ["inactive", "hibernating"]},
            {"field": "reach_email", "op": "yes"},
            {"field": "birth_day", "op": "within", "value": {"month": 0}},
        ]
        chosen = [conditions[(number + step * (1 + number % 3)) % 8] for step in range(2 + number % 3)]
        yield {"version": 1, "match": "all" if number % 4 else "any", "rules": chosen}


def behaviour_rules() -> Iterator[Json]:
    """Forty rules on what people bought: orders, amounts, products, in order; half with a field beside it."""
    for number in range(40):
        days, a_year = 30 + 15 * (number % 12), {"last_days": 365}
        lately = {"last_days": days}
        kinds: list[Json] = [
            {"did": "bought", "op": "at_least", "value": 1 + number % 3, "period": lately},
            {"did": "bought", "measure": "value", "op": "at_least", "value": 200, "period": lately},
            {"did": "bought", "op": "never", "period": {"days_ago": [0, days]}},
            {"did": "bought", "op": "at_least", "value": 1, "what": {"group": [f"Grupo {number % GROUPS}"]}},
            {"did": "bought", "op": "at_least", "value": 2, "channel": "online", "period": a_year},
            {"did": "bought", "op": "never", "what": {"brand": [f"Marca {number}"]}, "period": a_year},
            {"did": "returned", "op": "at_least", "value": 1, "stores": [1 + number % 9]},
            {
                "first": {"did": "bought", "op": "at_least", "value": 1, "what": {"group": ["Grupo 1"]}},
                "then": {"did": "bought", "op": "at_least", "value": 1, "what": {"group": ["Grupo 2"]}},
                "within_days": days,
            },
        ]  # fmt: skip
        beside = [{"field": "reach_whatsapp", "op": "yes"}] if number % 2 else []
        yield {"version": 1, "match": "all", "rules": [kinds[number % 8], *beside]}


def count(store: DuckEngine) -> Json:
    """Milliseconds of a live count of each rule, after one as of another day: no answer is kept."""
    from recompra.segments.rule.read import read

    found: Json = {"scan": min(_milliseconds(lambda: store.rows(_scan())) for _time in range(5))}
    for name, rules in (("fields", field_rules()), ("behaviours", behaviour_rules())):
        times = []
        for rule in rules:
            asked = read(rule)
            day = AS_OF + dt.timedelta(days=1)
            _count(store, asked, day)
            times.append(_milliseconds(partial(_count, store, asked)))
        found[name] = {"median": median(times), "p95": quantiles(times, n=20)[-1]}
    return found


def _count(store: DuckEngine, asked: Any, as_of: dt.date = AS_OF) -> None:
    from recompra.segments.count import totals
    from recompra.segments.rule.people import people_of

    store.rows(totals(people_of(asked, as_of=as_of)))


def refresh(store: DuckEngine) -> Json:
    """Seconds and CPU of a hundred segments: filled, found again with nothing changed, and a week later."""
    from recompra.segments.rule.read import read
    from recompra.segments.upkeep import size
    from recompra.segments.upkeep.find import find, side_by_side
    from recompra.segments.upkeep.turns import SALES, Moment, keys_table

    rules = {number: read(rule) for number, rule in enumerate((*field_rules(), *behaviour_rules()), 1)}
    found: Json = {"scan": min(_milliseconds(lambda: store.rows(_scan())) for _time in range(5)) / 1000}

    def found_again(draft: Draft, moment: Moment, noted: list[int]) -> None:
        draft.hold(keys_table([]), "touched")
        draft.hold(people.select("customer_key", *SALES), "before")
        draft.put("people", side_by_side())
        turned = find(draft, rules, moment, noted=noted)
        found["moves"] = sum(one.entered + one.left for one in turned.values())
        found["members"] = sum(one["people"] for one in size.figures(draft, list(rules)).values())

    for name, days in (("filled", 0), ("again", 0), ("later", 7)):
        day = AS_OF + dt.timedelta(days=days)
        moment = Moment(dt.datetime.combine(day, dt.time(6), dt.UTC), day, "clock")
        noted = list(rules) if name != "filled" else []
        begun, cpu = time.perf_counter(), time.process_time()
        store.revise(partial(found_again, moment=moment, noted=noted))
        found[name] = {
            "seconds": time.perf_counter() - begun,
            "cpu": time.process_time() - cpu,
            **_told(found),
        }
    return found


def _told(found: Json) -> Json:
    return {"moves": found["moves"], "members": found["members"]}


def _scan() -> ir.Table:
    """Every column of `people` read once."""
    text = [people[name].cast("string").length().fill_null(0).sum() for name in people.columns]
    return people.agg(n=reduce(add, text))


def _milliseconds(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def main() -> None:
    what, folder, lines = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    django.setup()
    store = make(folder, lines)
    if what == "make":
        from recompra.segments.upkeep.find import side_by_side

        store.revise(lambda draft: (draft.put("people", side_by_side()), draft.put("members", _nobody())))
        print(json.dumps(store.check()["rows"]))
        return
    print(json.dumps({"count": count, "refresh": refresh}[what](store) | {"peak_mb": peak_mb()}))


def _nobody() -> ir.Table:
    return TABLES["members"].filter(ibis.literal(False))


if __name__ == "__main__":
    main()
