"""Order lines become the facts' own tables, as the Parquet files of one batch.

order_key: keyed hash of (system, store, order number); line: the item number, else a hash of the line's
content and
its occurrence among equal lines. An order is worth what its lines come to, freight apart; it is cancelled
when all its
lines are, a return when all its lines are; lines cancelled alone are left out of its sums.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from django.conf import settings

from recompra.ingest import attributes, goods, keyed, stores
from recompra.ingest.desk import Desk, literal
from recompra.ingest.normalise import PLACE, WHOLE_ORDER, read_sales
from recompra.warehouse.engine import engine
from recompra.warehouse.load import WHOLE_LINE, LoadBatch
from recompra.warehouse.schema import TABLES, products

PRODUCT_COLUMNS = {"group_name": "product_group", "brand": "brand", "color": "color"}
SUMMED = ("worth", "off", "units")
NO_INTEGER = "(md5_number_lower(line_ref) >> 2)::BIGINT | (1::BIGINT << 61)"


def begin(desk: Desk) -> None:
    """Read the sales and sum their orders up while the people are identified: the one keeps the engine busy,
    the other the relational database."""
    if desk.facts["holds"] == "sales":
        keyed.prepare(desk)
        desk.leave(_begun)


def _begun(desk: Desk) -> None:
    read_sales(desk)
    desk.run_sql(_summing(desk))


def write(desk: Desk) -> None:
    """Write what the batch brings. Run again, it writes the same files."""
    desk.rejoin()
    keyed.prepare(desk)
    (desk.run.place / "batch").mkdir(exist_ok=True, mode=0o700)
    if desk.facts["holds"] == "products":
        _product_keys(desk)
        _products(desk)
    if desk.facts["holds"] != "sales":
        return
    write_stores(desk)
    _product_keys(desk)
    _products(desk)
    _let_go(desk)
    _orders(desk)
    _items(desk)


def _let_go(desk: Desk) -> None:
    """Free the rows as found, the largest thing on the desk, when no row of them is to be set aside."""
    if desk.one("SELECT count(*) FROM problems"):
        return
    for number in range(len(desk.run.files)):
        if desk.has(f"found_{number}"):
            desk.run_sql(f"CREATE OR REPLACE TABLE found_{number} AS FROM found_{number} LIMIT 0")


def batch_of(place: Path, batch: int) -> LoadBatch:
    """The batch as it lies in a run's folder."""
    return LoadBatch.of(batch, {path.stem: path for path in (place / "batch").glob("*.parquet")})


def copy(desk: Desk, table: str, select: str) -> None:
    """Write the rows of a SELECT as the batch's file of one table of the facts."""
    target = desk.run.place / "batch" / f"{table}.parquet"
    draft = target.with_suffix(".draft")
    desk.run_sql(f"COPY ({select}) TO {literal(str(draft))} (FORMAT parquet)")
    draft.replace(target)


def write_stores(desk: Desk) -> None:
    """`shops`: the house's store behind each store token of `lines`; and the batch's file of them."""
    found = stores.resolve(desk)
    rows = pa.table(
        {
            "called": pa.array(found.keys(), pa.string()),
            "store_key": pa.array((store.pk for store in found.values()), pa.int64()),
            "name": pa.array((store.name for store in found.values()), pa.string()),
            "is_online": pa.array((store.is_online for store in found.values()), pa.bool_()),
            "city": pa.array((store.city or None for store in found.values()), pa.string()),
            "state": pa.array((store.state or None for store in found.values()), pa.string()),
        }
    )
    desk.db.register("stores_found", rows)
    desk.run_sql(
        "CREATE OR REPLACE TABLE shops AS SELECT s.*, t.store FROM stores_found AS s "
        "JOIN (SELECT DISTINCT name, store FROM shops_told) AS t ON t.name = s.called"
    )
    desk.db.unregister("stores_found")
    copy(
        desk,
        "stores",
        "SELECT DISTINCT store_key, name, is_online, city, state FROM shops ORDER BY store_key",
    )


def _summing(desk: Desk) -> str:
    """SQL of `summed`: one row per order with its key, without who and where."""
    has_number = "order_id" in desk.columns("rows")
    number = "concat_ws(chr(31), name, order_ref)" if has_number else "order_ref"
    freight = (
        "sum(freight)"
        if desk.facts.get("freight_per_line")
        else "CASE WHEN min(freight) = max(freight) THEN max(freight) ELSE sum(freight) END"
    )
    signed = ", ".join(f"CASE WHEN is_return THEN -{name} ELSE {name} END AS {name}" for name in SUMMED)
    return f"""
        CREATE OR REPLACE TABLE summed AS
        WITH placed AS (
            SELECT mark, order_ref, person, store, place, moment, day, is_return, is_cancelled,
                is_online, is_line, freight, {signed}
            FROM lines
        ), orders AS (
        SELECT mark, any_value(order_ref) AS order_ref, any_value(store) AS store,
            arg_min(person, place) AS person, min(moment) AS ordered_at, min(day) AS ordered_on,
            bool_and(is_return) AS is_return, bool_and(is_cancelled) AS all_cancelled,
            bool_or(is_online) AS is_online, {freight} AS freight,
            sum(worth) AS gross, sum(off) AS discount, sum(CASE WHEN is_line THEN units END) AS units,
            sum(CASE WHEN NOT is_cancelled THEN worth END) AS good_gross,
            sum(CASE WHEN NOT is_cancelled THEN off END) AS good_discount,
            sum(CASE WHEN NOT is_cancelled AND is_line THEN units END) AS good_units
        FROM placed GROUP BY mark
        )
        SELECT keyed({literal(desk.run.system)} || chr(31) || {number}) AS order_key,
            * EXCLUDE (name, order_ref)
        FROM orders JOIN (SELECT DISTINCT store, name FROM shops_told) USING (store)
        """  # noqa: S608


def _orders(desk: Desk) -> None:
    """`heads`: one row per order, with the key of its customer and store."""
    desk.run_sql(
        """
        CREATE OR REPLACE TABLE heads AS
        SELECT mark, order_key, k.customer_key, p.store_key,
            CASE WHEN is_return THEN 'return' ELSE 'sale' END AS kind,
            all_cancelled AS is_cancelled, coalesce(s.is_online, p.is_online) AS is_online,
            ordered_at, ordered_on,
            coalesce(CASE WHEN all_cancelled THEN gross ELSE good_gross END, 0) AS gross,
            coalesce(CASE WHEN all_cancelled THEN discount ELSE good_discount END, 0) AS discount, freight,
            coalesce(CASE WHEN all_cancelled THEN units ELSE good_units END, 0) AS units
        FROM summed AS s LEFT JOIN keys AS k USING (person) JOIN shops AS p USING (store)
        """
    )
    desk.run_sql("DROP TABLE summed")
    copy(
        desk,
        "orders",
        f"SELECT order_key, customer_key, store_key, kind, is_cancelled, is_online, ordered_at, ordered_on, "  # noqa: S608
        "(gross - discount)::DECIMAL(18, 2) AS net, gross::DECIMAL(18, 2) AS gross, "
        "discount::DECIMAL(18, 2) AS discount, "
        f"freight::DECIMAL(18, 2) AS freight, units::DECIMAL(18, 4) AS units, {desk.run.batch}::BIGINT "
        "AS batch FROM heads",
    )


def _items(desk: Desk) -> None:
    sign = "CASE WHEN l.is_return THEN -1 ELSE 1 END"
    copy(
        desk,
        "order_items",
        "SELECT h.order_key, "  # noqa: S608
        "CASE WHEN length(l.line_ref) = 1 AND l.line_ref BETWEEN '0' AND '9' THEN ascii(l.line_ref) - 48 "
        f"WHEN l.line_ref = {literal(WHOLE_ORDER)} THEN {WHOLE_LINE} WHEN l.line_ref = '' THEN 0 "
        "WHEN try_cast(l.line_ref AS UINTEGER)::VARCHAR = l.line_ref "
        "THEN l.line_ref::BIGINT "
        f"ELSE {NO_INTEGER} END AS line, h.customer_key, h.store_key, p.product_key, "
        "CASE WHEN l.is_return THEN 'return' ELSE 'sale' END AS kind, l.is_cancelled, h.ordered_at, "
        "h.ordered_on, "
        f"(l.units * {sign})::DECIMAL(18, 4) AS quantity, l.price::DECIMAL(18, 4) AS unit_price, "
        f"(l.off * {sign})::DECIMAL(18, 2) AS discount, ((l.worth - l.off) * {sign})::DECIMAL(18, 2) AS net, "
        f"{desk.run.batch}::BIGINT AS batch FROM lines AS l JOIN heads AS h USING (mark) "
        "LEFT JOIN product_keys AS p USING (goods) WHERE l.is_line",
    )


def _product_keys(desk: Desk) -> None:
    """`product_keys`: of each product that a good row names, by its token among `goods_told` and its code."""
    good = "lines" if desk.facts["holds"] == "sales" else "parsed WHERE code IS NULL"
    desk.run_sql(
        f"CREATE OR REPLACE TABLE product_keys AS SELECT goods, code, {_key(desk)} AS product_key "  # noqa: S608
        f"FROM goods_told WHERE code IS NOT NULL AND goods IN (SELECT goods FROM {good})"
    )


def _key(desk: Desk) -> str:
    return f"keyed({literal(desk.run.system)} || chr(31) || 'product' || chr(31) || code)"


def _products(desk: Desk) -> None:
    """Products as the rows tell, keeping what was known of them where the rows say nothing."""
    has_own = desk.has("product_rows")
    have = set(desk.columns("product_rows" if has_own else "rows"))
    if not have & {"product_code", "product_name"}:
        return
    codes = "SELECT DISTINCT code, product_key FROM product_keys"
    if has_own:
        told = f"SELECT *, product_code AS code, {PLACE} AS place FROM product_rows"  # noqa: S608
        codes += f" UNION SELECT code, {_key(desk)} FROM (SELECT product_code AS code FROM product_rows)"  # noqa: S608
    else:
        last = "SELECT goods, max(place) AS place FROM parsed GROUP BY goods"
        told = f"SELECT * FROM goods_told JOIN ({last}) USING (goods)"  # noqa: S608
    latest = [
        f"arg_max({theirs}, place) FILTER (WHERE {theirs} IS NOT NULL) AS {ours}"
        if theirs in have
        else f"NULL::VARCHAR AS {ours}"
        for ours, theirs in {"name": "product_name", **PRODUCT_COLUMNS, "attributes": "attributes"}.items()
    ]
    launched = "NULL::DATE"
    if "launched_on" in have:
        slashed = "%m/%d/%Y" if desk.facts.get("date_order") == "mdy" else "%d/%m/%Y"
        day = "left(launched_on, 10)"
        launched = f"min(coalesce(try_cast({day} AS DATE), try_strptime({day}, '{slashed}')::DATE))"
    offered, of_offer = "NULL::BOOLEAN AS is_discontinued, NULL::DECIMAL(18, 4) AS stock", ""
    if desk.facts["holds"] == "products":
        offered, of_offer = (
            "any_value(o.is_discontinued) AS is_discontinued, any_value(o.stock) AS stock",
            (f"LEFT JOIN ({goods.offered()}) AS o USING (code)"),
        )
    desk.db.register("products_known", engine(settings.WAREHOUSE_URL).run(products))
    desk.run_sql(
        f"CREATE OR REPLACE TABLE goods AS SELECT k.product_key, k.code, {', '.join(latest)}, "  # noqa: S608
        f"{launched} AS launched_on, {offered} FROM ({told}) AS t JOIN ({codes}) AS k USING (code) "
        f"{of_offer} GROUP BY ALL"
    )
    filled = ", ".join(
        f"{attributes.together('g.attributes', 'o.attributes')} AS {name}"
        if name == attributes.COLUMN
        else f"coalesce(g.{name}, o.{name}) AS {name}"
        for name in TABLES["products"].columns
        if name not in ("product_key", "code", "name", "batch")
    )
    copy(
        desk,
        "products",
        f"SELECT g.product_key, g.code, coalesce(g.name, o.name, g.code) AS name, {filled}, "  # noqa: S608
        f"{desk.run.batch}::BIGINT AS batch "
        "FROM goods AS g LEFT JOIN products_known AS o USING (product_key)",
    )
    desk.db.unregister("products_known")
