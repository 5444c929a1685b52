"""The facts' columns, declared once. Every expression reads these tables; every engine makes them from
here.

No column identifies a person: `customer_key` is random, `order_key` is a keyed hash. Money is R$,
DECIMAL(18,2). Instants are UTC without zone; `*_on` days are the shop's own days, so that no expression
needs a time zone.
"""

import ibis
import ibis.expr.types as ir

MONEY = "decimal(18, 2)"
QUANTITY = "decimal(18, 4)"

orders: ir.Table = ibis.table(
    {
        "order_key": "!int64",  # keyed hash of (source, the shop's order id)
        "customer_key": "int64",  # null: sale without an identified customer
        "store_key": "!int64",
        "kind": "!string",  # "sale" | "return"
        "is_cancelled": "!boolean",  # kept for reconciliation; every metric leaves these out
        "is_online": "!boolean",
        "ordered_at": "!timestamp",
        "ordered_on": "!date",
        "net": f"!{MONEY}",  # what the lines come to: gross - discount; negative for a return; freight apart
        "gross": f"!{MONEY}",
        "discount": f"!{MONEY}",
        "freight": f"!{MONEY}",
        "units": f"!{QUANTITY}",
        "batch": "!int64",  # which import brought this version
    },
    name="orders",
)

order_items: ir.Table = ibis.table(
    {
        "order_key": "!int64",
        "line": "!int64",  # the item number, else a hash of content and occurrence; -1: the whole order
        "customer_key": "int64",
        "store_key": "!int64",
        "product_key": "int64",
        "kind": "!string",
        "is_cancelled": "!boolean",
        "ordered_at": "!timestamp",
        "ordered_on": "!date",
        "quantity": f"!{QUANTITY}",  # negative for a return
        "unit_price": f"!{QUANTITY}",
        "discount": f"!{MONEY}",
        "net": f"!{MONEY}",
        "batch": "!int64",
    },
    name="order_items",
)

products: ir.Table = ibis.table(
    {
        "product_key": "!int64",
        "code": "!string",
        "name": "!string",
        "group_name": "string",
        "brand": "string",
        "color": "string",
        "launched_on": "date",
        "attributes": "string",  # any further attributes as a JSON object
        "batch": "!int64",
    },
    name="products",
)

stores: ir.Table = ibis.table(
    {
        "store_key": "!int64",
        "name": "!string",
        "is_online": "!boolean",
        "city": "string",
        "state": "string",
    },
    name="stores",
)

scores: ir.Table = ibis.table(
    {
        "customer_key": "!int64",
        "as_of": "!date",
        "cuts_version": "!int64",
        "first_on": "!date",
        "last_on": "!date",
        "orders": "!int64",
        "purchase_days": "!int64",
        "ltv": f"!{MONEY}",
        "aov": MONEY,
        "mean_interval_days": "decimal(9, 2)",
        "store_key": "int64",  # preferred store, 12 months; else the last one bought in
        "is_online": "!boolean",
        "recency_days": "!int64",
        "frequency": "!int64",  # purchase days in the window
        "monetary": f"!{MONEY}",  # net spend in the window
        "recency_score": "!int64",
        "frequency_score": "!int64",
        "monetary_score": "!int64",
        "segment": "!string",
    },
    name="scores",
)

TABLES: dict[str, ir.Table] = {
    table.get_name(): table for table in (orders, order_items, products, stores, scores)
}
