"""`recompra metrics recommend`: what to offer each customer, from one of the lists, in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import ibis.expr.types as ir
import pyarrow as pa
from django.utils.translation import gettext as _

from recompra.customers.identity.unseen import people_items
from recompra.customers.roster import key_of_person
from recompra.predictions.commands.frame import (
    Opened,
    as_json,
    as_of,
    check_output,
    horizon,
    opened,
    output,
    write_people,
)
from recompra.predictions.goods import Lines, goods
from recompra.predictions.listing import LISTS, listed, slices
from recompra.predictions.part import NotEnoughData
from recompra.predictions.products import chosen_at
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import Column, Kind
from recompra.warehouse.contract import Desk
from recompra.warehouse.schema import order_items, products

OPTIONS = {name.replace("_", "-"): name for name in LISTS} | {"novelties": "novelty"}
COLUMNS = (
    Column("place", Kind.INTEGER),
    Column("product"),
    Column("product_name"),
    Column("reason"),
    Column("because"),
    Column("because_group"),
    Column("people", Kind.INTEGER),
    Column("days", Kind.INTEGER),
    Column("interval_days", Kind.INTEGER),
    Column("times", Kind.INTEGER),
    Column("share", Kind.NUMBER),
)


@click.command(
    "recommend",
    help=_("Write what to offer each customer: up to ten products of one list, each with its reason."),
)
@click.option(
    "--list",
    "of",
    required=True,
    type=click.Choice(sorted(set(OPTIONS) - {"novelty"})),
    help=_("Which list."),
)
@click.option("--customer", help=_("The public id of one customer; everybody who ever bought when absent."))
@as_of
@horizon
@output
@as_json
def recommend(
    of: str, customer: str | None, as_of: datetime | None, horizon: int | None, output: Path, as_json: bool
) -> None:
    check_output(output)
    key = _key(customer) if customer else None
    with opened(as_of, horizon) as at:
        count = write_people(output, COLUMNS, _rows(at, OPTIONS[of], key))
    told = {"as_of": at.asked.as_of.isoformat(), "list": of, "rows": count, "file": str(output)}
    sentence = _("%(rows)s recommendations as of %(as_of)s, in %(file)s.")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else sentence % told)


def _key(customer: str) -> int:
    key = key_of_person(customer)
    if key is None:
        raise Refused(_("There is no customer “%(customer)s”.") % {"customer": customer})
    return key


def _rows(at: Opened, name: str, key: int | None) -> Iterator[dict[str, Any]]:
    """The rows of everybody in the order of their keys; none where there is nothing to recommend."""
    lines = Lines(people_items(), order_items, products, at.asked.store_keys)
    try:
        with goods(at.desk, lines, at.asked.as_of, chosen_at(at.desk, lines, at.asked)) as now:
            among = None
            if key is not None:
                among = at.desk.hold(pa.table({"customer_key": pa.array([key], pa.int64())}), "among")
            parts = slices(at.desk, now.taken) if key is None else [now.taken]
            for part in parts:
                yield from _named(at.desk, listed(name, replace(now, taken=part), among))
    except NotEnoughData:
        return


def _named(desk: Desk, made: ir.Table) -> Iterator[dict[str, Any]]:
    """The rows of a list in the order of the customers' keys, with the codes and names of the products."""
    found = desk.hold(made, "listed")
    try:
        code, label = products.code, products.name
        named = found.join(products.select("product_key", product=code, product_name=label), "product_key")
        other = products.select(because_key="product_key", because=code)
        told = named.left_join(other, "because_key").order_by(["customer_key", "place"])
        for batch in desk.run(told).to_batches(max_chunksize=10_000):
            yield from batch.to_pylist()
    finally:
        desk.drop("listed")


METRICS: tuple[click.Command, ...] = (recommend,)
