"""The Brazilian e-commerce data set of Olist: its folder of .csv or .csv.gz files, joined.

The person is `customer_unique_id` (`customer_id` is made anew for each order). One item row is one unit.
Orders
`canceled` and `unavailable` are kept as cancelled, out of every metric; every other status is a sale.
Freight is per
item. Payments are summed per order, for the figures only: an order is worth its items. Times are of the
shop's zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.ingest.desk import Desk
from recompra.ingest.sources.catalog import Source
from recompra.ingest.sources.csv import read_text
from recompra.ingest.stage import begin
from recompra.theme.refused import Refused

NEEDED = ("orders", "order_items", "customers")
WANTED = (*NEEDED, "order_payments", "products")
NAME = re.compile(r"olist_(\w+)_dataset\.csv(\.gz)?\Z")
ATTRIBUTES = (
    "product_weight_g",
    "product_length_cm",
    "product_height_cm",
    "product_width_cm",
    "product_photos_qty",
)


class Olist(Source):
    name: ClassVar = "olist"
    title: ClassVar = gettext_lazy("Olist data set")
    help: ClassVar = gettext_lazy("The public Brazilian e-commerce data set: give its folder or its files.")
    extensions: ClassVar = (".csv", ".gz")
    system: ClassVar = "olist"

    def expand(self, paths: Sequence[Path]) -> list[Path]:
        """The wanted files in the folder given, or among the files given."""
        inside = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        found = {part: file for file in inside if (part := part_of(file.name)) in WANTED}
        if missing := [part for part in NEEDED if part not in found]:
            name = f"olist_{missing[0]}_dataset.csv"
            raise Refused(_("The Olist file “%(name)s” is missing.") % {"name": name})
        return [found[part] for part in WANTED if part in found]

    def stage(self, desk: Desk) -> None:
        begin(desk)
        desk.run.options.setdefault("store", "olist")
        desk.run.options.setdefault("online", True)
        tables = {part_of(name): number for number, name in enumerate(desk.run.files)}
        for number, path in enumerate(desk.files()):
            read_text(desk, number, path)
        for part, number in tables.items():
            _named(desk, part, number)
        _join(desk, tables)


def part_of(name: str) -> str:
    """ "olist_order_items_dataset.csv.gz" is "order_items"; "" for a file that is none of Olist's."""
    found = NAME.match(name)
    return found[1] if found else ""


def _named(desk: Desk, part: str, number: int) -> None:
    """A view of the file under its own column names."""
    headers = desk.facts["headers"][number]
    named = ", ".join(f"c{at} AS {name}" for at, name in enumerate(headers) if name.isidentifier())
    desk.run_sql(f"CREATE OR REPLACE VIEW {part} AS SELECT rowid AS line, {named} FROM found_{number}")  # noqa: S608


def _join(desk: Desk, tables: dict[str, int]) -> None:
    desk.facts.update(holds="sales", freight_per_line=True)
    orders, items = tables["orders"], tables["order_items"]
    product = ", p.product_category_name AS product_group" if "products" in tables else ""
    products = "LEFT JOIN products AS p USING (product_id)" if "products" in tables else ""
    order = (
        "o.order_purchase_timestamp AS ordered_at, o.order_status AS status, "
        "c.customer_unique_id AS customer_id, "
        "c.customer_zip_code_prefix AS postcode, c.customer_city AS city, c.customer_state AS state"
    )
    desk.run_sql(
        f"CREATE OR REPLACE VIEW heads_of_items AS SELECT {orders} AS file, line, order_id, "  # noqa: S608
        "row_number() OVER (PARTITION BY order_id ORDER BY line) AS n "
        "FROM orders WHERE order_id IN (SELECT order_id FROM order_items)"
    )
    desk.run_sql(
        f"CREATE OR REPLACE VIEW rows AS SELECT {items} AS file, i.line, i.order_id, {order}, "  # noqa: S608
        "i.order_item_id AS line_id, i.product_id AS product_code, "
        f"i.price AS unit_price, i.freight_value AS freight, false AS lacks_items{product} FROM "
        "order_items AS i LEFT JOIN "
        "(SELECT * FROM orders QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY line) = 1) AS o "
        f"ON o.order_id = i.order_id LEFT JOIN customers AS c USING (customer_id) {products} "
        f"UNION ALL BY NAME SELECT {orders} AS file, o.line, o.order_id, {order}, true AS lacks_items "
        "FROM orders AS o LEFT JOIN customers AS c USING (customer_id) "
        "WHERE o.order_id NOT IN (SELECT order_id FROM order_items)"
    )
    _figures(desk, tables)
    if "products" in tables:
        attributes = ", ".join(f"'{name}', {name}" for name in ATTRIBUTES)
        desk.run_sql(
            "CREATE OR REPLACE TABLE product_rows AS SELECT 0 AS file, line, product_id AS product_code, "  # noqa: S608
            "product_category_name AS product_group, "
            f"json_object({attributes})::VARCHAR AS attributes FROM products WHERE product_id IS NOT NULL"
        )


def _figures(desk: Desk, tables: dict[str, int]) -> None:
    """Money by the files themselves, before any rule, so that the report can be held against them."""
    items = desk.run_sql(
        "SELECT sum(i.price::DECIMAL(18, 2))::VARCHAR, "
        "sum(i.price::DECIMAL(18, 2)) FILTER (WHERE o.order_status IN ('canceled', 'unavailable'))::VARCHAR "
        "FROM order_items AS i JOIN orders AS o USING (order_id)"
    )[0]
    by_status = dict(
        desk.run_sql("SELECT order_status, count(*) FROM orders GROUP BY order_status ORDER BY order_status")
    )
    figures: dict[str, object] = {
        "items_before_cancellations": items[0],
        "items_of_cancelled": items[1],
        "orders_by_status": by_status,
    }
    if "order_payments" in tables:
        paid = desk.run_sql(
            "SELECT count(*), sum(payment_value::DECIMAL(18, 2))::VARCHAR, "
            "sum(payment_value::DECIMAL(18, 2)) FILTER (WHERE order_status IN ('canceled', "
            "'unavailable'))::VARCHAR "
            "FROM order_payments JOIN orders USING (order_id)"
        )[0]
        figures |= {"payment_rows": paid[0], "payments_total": paid[1], "payments_of_cancelled": paid[2]}
    desk.facts["figures"] = figures
    read = ("orders", "order_items")
    desk.facts["side_rows"] = {
        desk.run.files[n]: desk.facts["files"][n]["records"] for part, n in tables.items() if part not in read
    }
    desk.facts["header_rows"] = desk.one("SELECT count(*) FROM heads_of_items")
