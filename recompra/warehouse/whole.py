"""Orders that come in parts. An order is worth all its lines: those that the facts hold, and those that come.

A batch brings each order's header as its own lines make it. That is the whole truth unless the facts hold
further lines of the order; such a torn order is put together here before it is compared and written, so that
a file split in two, or a mended row brought later, leads where the whole file would have led.
"""

from __future__ import annotations

from collections.abc import Collection

from recompra.warehouse.load import WHOLE_LINE, Counts
from recompra.warehouse.schema import order_items, orders
from recompra.warehouse.upsert import Execute, Upsert

COMPLETE = ("orders", "order_items")
_LINE = ", ".join(f'"{name}"' for name in order_items.columns)
_HEAD = ", ".join(f'"{name}"' for name in orders.columns)

_HELD = "SELECT count(*) FROM order_items WHERE order_key IN (SELECT order_key FROM incoming_orders)"
_EMPTY_HEADER = """
SELECT 1 FROM incoming_orders AS i JOIN orders AS o USING (order_key)
WHERE i.gross = 0 AND i.discount = 0 AND i.units = 0 AND (o.gross <> 0 OR o.discount <> 0 OR o.units <> 0)
LIMIT 1
"""
_TORN = """
CREATE TEMPORARY TABLE torn AS
SELECT order_key FROM order_items AS o
WHERE order_key IN (SELECT order_key FROM incoming_orders) AND NOT EXISTS (
    SELECT 1 FROM incoming_order_items AS i WHERE i.order_key = o.order_key AND i.line = o.line)
UNION
SELECT i.order_key FROM incoming_orders AS i JOIN orders AS o USING (order_key)
WHERE i.gross = 0 AND i.discount = 0 AND i.units = 0 AND (o.gross <> 0 OR o.discount <> 0 OR o.units <> 0)
    AND NOT EXISTS (SELECT 1 FROM incoming_order_items AS l WHERE l.order_key = i.order_key)
"""

# every line of a torn order: the newer form of each; a cancelled header that comes alone cancels all of them
_LINES = f"""
CREATE TEMPORARY TABLE torn_lines AS
WITH held AS (
    SELECT * FROM order_items WHERE order_key IN (SELECT order_key FROM torn)
), came AS (
    SELECT * FROM incoming_order_items WHERE order_key IN (SELECT order_key FROM torn)
), both_ AS (
    SELECT {_LINE}, true AS comes FROM came
    UNION ALL
    SELECT {_LINE}, false AS comes FROM held AS l
    WHERE NOT EXISTS (SELECT 1 FROM came AS c WHERE c.order_key = l.order_key AND c.line = l.line)
), counted AS (
    SELECT b.*, max(line) OVER (PARTITION BY order_key) AS last_line,
        max(CASE WHEN comes THEN 1 ELSE 0 END) OVER (PARTITION BY order_key) AS some_come
    FROM both_ AS b
)
SELECT l.order_key, l.line, l.customer_key, l.store_key, l.product_key, l.kind,
    l.is_cancelled OR (l.some_come = 0 AND h.is_cancelled) AS is_cancelled,
    l.ordered_at, l.ordered_on, l.quantity, l.unit_price, l.discount, l.net, l.batch, l.comes
FROM counted AS l JOIN incoming_orders AS h USING (order_key)
WHERE l.line <> {WHOLE_LINE} OR l.last_line = {WHOLE_LINE}
"""  # noqa: S608

# header of a torn order: money, kind and cancellation by its lines; the rest by the part that comes, filled
# in from what was known; the instant of its first line
_HEADS = """
CREATE TEMPORARY TABLE torn_heads AS
WITH summed AS (
    SELECT order_key, bool_and(is_cancelled) AS gone, bool_and(kind = 'return') AS back,
        bool_or(comes) AS some_come,
        sum(net) AS net, sum(net + discount) AS gross, sum(discount) AS discount, sum(quantity) AS units,
        sum(net) FILTER (WHERE NOT is_cancelled) AS good_net,
        sum(net + discount) FILTER (WHERE NOT is_cancelled) AS good_gross,
        sum(discount) FILTER (WHERE NOT is_cancelled) AS good_discount,
        sum(quantity) FILTER (WHERE NOT is_cancelled) AS good_units
    FROM torn_lines GROUP BY order_key
)
SELECT i.order_key, coalesce(i.customer_key, o.customer_key) AS customer_key, i.store_key,
    CASE WHEN s.order_key IS NULL THEN o.kind WHEN s.back THEN 'return' ELSE 'sale' END AS kind,
    coalesce(s.gone, i.is_cancelled) AS is_cancelled,
    i.is_online OR (coalesce(s.some_come, false) AND coalesce(o.is_online, false)) AS is_online,
    CASE WHEN s.some_come AND o.ordered_at < i.ordered_at THEN o.ordered_at ELSE i.ordered_at END
        AS ordered_at,
    CASE WHEN s.some_come AND o.ordered_at < i.ordered_at THEN o.ordered_on ELSE i.ordered_on END
        AS ordered_on,
    CASE WHEN s.order_key IS NULL THEN o.net WHEN gone THEN s.net ELSE good_net END AS net,
    CASE WHEN s.order_key IS NULL THEN o.gross WHEN gone THEN s.gross ELSE good_gross END AS gross,
    CASE WHEN s.order_key IS NULL THEN o.discount WHEN gone THEN s.discount ELSE good_discount END
        AS discount,
    greatest(i.freight, o.freight) AS freight,
    CASE WHEN s.order_key IS NULL THEN o.units WHEN gone THEN s.units ELSE good_units END AS units,
    i.batch
FROM incoming_orders AS i JOIN torn USING (order_key)
LEFT JOIN orders AS o USING (order_key) LEFT JOIN summed AS s USING (order_key)
"""

_COMPLETE = (
    "CREATE TEMPORARY VIEW complete_orders AS "  # noqa: S608
    f"SELECT {_HEAD} FROM incoming_orders WHERE order_key NOT IN (SELECT order_key FROM torn) "
    f"UNION ALL SELECT {_HEAD} FROM torn_heads",
    "CREATE TEMPORARY VIEW complete_order_items AS "  # noqa: S608
    f"SELECT {_LINE} FROM incoming_order_items WHERE order_key NOT IN (SELECT order_key FROM torn) "
    "UNION ALL SELECT l.order_key, l.line, h.customer_key, h.store_key, l.product_key, l.kind, "
    "l.is_cancelled, h.ordered_at, h.ordered_on, l.quantity, l.unit_price, l.discount, l.net, l.batch "
    "FROM torn_lines AS l JOIN torn_heads AS h USING (order_key)",
)
_GIVE_WAY = (
    f"DELETE FROM order_items WHERE line = {WHOLE_LINE} AND order_key IN "  # noqa: S608
    f"(SELECT order_key FROM torn_lines WHERE line <> {WHOLE_LINE})"
)
_COMING = (
    "SELECT (SELECT count(*) FROM incoming_order_items), count(*) FROM changes_order_items AS c "
    "WHERE row_id IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM incoming_order_items AS i WHERE i.order_key = c.order_key AND i.line = c.line)"
)


def take_in(
    execute: Execute, tables: Collection[str], batch: int, row_id: str, *, write: bool
) -> dict[str, Counts]:
    """Compare a batch, waiting as `incoming_<table>`, with the store and, with `write`, bring it in.

    `row_id`: the store's own name of a row's place. Gives what each table's incoming rows are to the store;
    held lines that follow their order's header are changed, too, and not counted.
    """
    lines = Upsert(execute, "order_items", batch, row_id, "incoming_order_items")
    is_alone = "order_items" not in tables
    if is_alone:
        execute("CREATE TEMPORARY VIEW incoming_order_items AS SELECT * FROM order_items WHERE false")
    found = Counts() if is_alone else lines.gather()
    is_torn = "orders" in tables and _is_torn(execute, found) and _put_together(execute)
    if is_torn and not is_alone:
        lines.forget()
    counts = {}
    for table in tables:
        upsert = Upsert(execute, table, batch, row_id, f"incoming_{table}")
        if is_torn and table in COMPLETE:
            upsert.source = f"complete_{table}"
        elif table == "order_items":
            upsert = lines
        counts[table] = found if upsert is lines else upsert.gather()
        if write:
            upsert.write(counts[table])
        if is_torn and table == "order_items":
            counts[table] = _coming(execute, counts[table])
        upsert.forget()
    if is_torn:
        if write:
            execute(_GIVE_WAY)
        for view in COMPLETE:
            execute(f"DROP VIEW complete_{view}")
        _drop(execute, "torn_lines", "torn_heads", "torn")
    if is_alone:
        execute("DROP VIEW incoming_order_items")
    return counts


def _is_torn(execute: Execute, lines: Counts) -> bool:
    """Whether an order may be torn: its held lines do not all come, or a header without value does. Cheap."""
    held = execute(_HELD)[0][0]
    return int(held) != lines.changed + lines.unchanged or bool(execute(_EMPTY_HEADER))


def _put_together(execute: Execute) -> bool:
    """Make `complete_orders` and `complete_order_items` where an order is torn."""
    execute(_TORN)
    if not execute("SELECT 1 FROM torn LIMIT 1"):
        _drop(execute, "torn")
        return False
    for statement in (_LINES, _HEADS, *_COMPLETE):
        execute(statement)
    return True


def _coming(execute: Execute, all_lines: Counts) -> Counts:
    """The counts of the incoming lines alone; held lines are never new."""
    came, changed = (int(count) for count in execute(_COMING)[0])
    return Counts(all_lines.new, changed, came - all_lines.new - changed)


def _drop(execute: Execute, *tables: str) -> None:
    for table in tables:
        execute(f"DROP TABLE {table}")
