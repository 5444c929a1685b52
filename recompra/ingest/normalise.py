"""Rows as text become order lines: days, numbers, signs, states; each with its place in an order, or a
reason to wait.

Makes, from `rows`: `parsed` (one per row), `problems` (file, line, code), `repeated` (rows that add no
line of their
own), `lines` (one per order line to be loaded) and `people` (one per distinct set of person columns).
"""

from __future__ import annotations

from collections.abc import Collection

from recompra.ingest import amounts
from recompra.ingest.columns import DATES, IDENTITY, NUMBERS, PERSON, plain
from recompra.ingest.dates import day_text, read_days
from recompra.ingest.desk import Desk, literal
from recompra.ingest.stage import marked
from recompra.ingest.words import CANCELLED, ONLINE, RETURN

MAX_AMOUNT = 10_000_000
MAX_QUANTITY = 1_000_000
MAX_WORDS = 10_000
"""Distinct texts of a status column that are looked at; a column with more is no status."""
WHOLE_ORDER = "\x1forder"
"""`line_ref` of a row that stands for all of its order; no file can hold this text."""
PLACE = "((file::BIGINT << 40) | line)"
"""SQL: where a row stands among all files, as one number."""
ITEM_COLUMNS = {"line_id", "quantity", "unit_price", "line_total", "product_code", "product_name"}


def normalise(desk: Desk) -> None:
    """Run again, it makes the same tables anew."""
    desk.run_sql("CREATE OR REPLACE TABLE problems (file INTEGER, line BIGINT, code VARCHAR)")
    desk.run_sql("CREATE OR REPLACE TABLE repeated (file INTEGER, line BIGINT, reason VARCHAR)")
    if desk.facts["holds"] == "sales":
        _parse(desk)
        _place(desk)
    else:
        _parse_plain(desk)
    _people(desk)


def person_columns(desk: Desk) -> list[str]:
    """Those of our person columns that the rows have, in our order; none when nobody can be told by them."""
    have = set(desk.columns("rows"))
    return [name for name in PERSON if name in have] if have & {*IDENTITY} else []


def token(names: list[str]) -> str:
    """SQL: a number for a set of person columns, for joining within this run; NULL when they identify
    nobody.
    """
    identifying = [name for name in IDENTITY if name in names]
    if not identifying:
        return "NULL::UBIGINT"
    said = ", ".join(names)
    return f"CASE WHEN coalesce({', '.join(identifying)}) IS NOT NULL THEN hash({said}) END"


def _parse(desk: Desk) -> None:
    have = set(desk.columns("rows"))
    amounts.prepare(desk)
    style = amounts.styles(desk, [name for name in NUMBERS if name in have])
    desk.facts["numbers"] = style
    desk.facts["date_order"] = read_days(desk, "ordered_at")

    def text(name: str) -> str:
        return f"r.{name}" if name in have else "NULL::VARCHAR"

    def amount(name: str) -> str:
        return amounts.number(f"r.{name}", style[name]) if name in have else "NULL::DECIMAL(18, 4)"

    unread = " OR ".join(f"(r.{name} IS NOT NULL AND n_{name} IS NULL)" for name in NUMBERS if name in have)
    unread = unread or "false"
    total = "coalesce(n_line_total, n_order_total, n_payment_value)"
    clock = "trim(substr(r.ordered_at, length(r.day_text) + 2))"
    if "ordered_time" in have:
        clock = f"coalesce(nullif({clock}, ''), r.ordered_time, '')"
    order_missing = "r.order_id IS NULL" if "order_id" in have else "false"
    desk.run_sql(
        f"""
        CREATE OR REPLACE TABLE parsed AS
        WITH read AS (
            SELECT r.*, d.day, d.is_due, d.start, d.clock AS day_clock, {clock} AS clock,
                {", ".join(f"{amount(name)} AS n_{name}" for name in NUMBERS)},
                {_mark(desk, have)} AS mark
            FROM (SELECT *, {day_text("ordered_at")} AS day_text FROM rows) AS r
            LEFT JOIN days_ordered_at AS d ON d.text = r.day_text
        ), timed AS (
            SELECT r.*, {_moment()} AS moment, coalesce(n_quantity, 1) AS q,
                {_says(desk, have, "kind", RETURN)} AS takes_back
            FROM read AS r
        ), signed AS (
            SELECT r.*, takes_back OR q < 0 OR coalesce(n_unit_price, {total}, 0) < 0 AS is_return, abs(q)
            AS units,
                abs(coalesce(n_discount, 0))::DECIMAL(18, 2) AS off,
                CASE WHEN n_unit_price IS NOT NULL AND abs(n_unit_price) <= {MAX_AMOUNT} AND abs(q) <=
                {MAX_QUANTITY}
                     THEN (abs(q) * abs(n_unit_price))::DECIMAL(18, 2)
                     WHEN n_unit_price IS NULL AND abs({total}) <= {MAX_AMOUNT}
                     THEN (abs({total}) + abs(coalesce(n_discount, 0)))::DECIMAL(18, 2)
                     WHEN {_may_lack_value(have)} THEN 0 END AS worth
            FROM timed AS r
        )
        SELECT file, line, {PLACE} AS place, {token(person_columns(desk))} AS person,
            {text("order_id")} AS order_id, {text("line_id")} AS line_id, {_store(have)} AS store,
            {text("product_code")} AS product_code, {text("product_name")} AS product_name,
            day, moment, is_return, {_says(desk, have, "status", CANCELLED)} AS is_cancelled,
            {_says(desk, have, "channel", ONLINE) if "channel" in have else "NULL::BOOLEAN"} AS is_online,
            units, CASE WHEN n_unit_price IS NOT NULL THEN abs(n_unit_price)
                        WHEN units = 0 THEN worth ELSE (worth / units)::DECIMAL(18, 4) END AS price,
            worth, off, abs(coalesce(n_freight, 0))::DECIMAL(18, 2) AS freight,
            coalesce(n_payment_value, 0)::DECIMAL(18, 2) AS payment, NOT {_may_lack_value(have)} AS
            is_line, {_identity(have)} AS identity,
            CASE WHEN mark IS NOT NULL THEN mark
                 WHEN {order_missing} THEN 'order_missing'
                 WHEN r.ordered_at IS NULL THEN 'date_missing'
                 WHEN day IS NULL THEN 'date_invalid'
                 WHEN NOT is_due THEN 'date_out_of_range'
                 WHEN moment IS NULL THEN 'time_invalid'
                 WHEN {unread} THEN 'amount_invalid'
                 WHEN coalesce(n_unit_price, {total}) IS NULL AND NOT {_may_lack_value(have)} THEN
                 'amount_missing'
                 WHEN (worth IS NULL AND coalesce(n_unit_price, {total}) IS NOT NULL) OR worth >
                 {MAX_AMOUNT} OR units > {MAX_QUANTITY}
                      OR off > {MAX_AMOUNT} OR abs(n_freight) > {MAX_AMOUNT}
                 THEN 'amount_absurd' END AS code
        FROM signed AS r
        """  # noqa: S608
    )
    desk.run_sql("INSERT INTO problems SELECT file, line, code FROM parsed WHERE code IS NOT NULL")


def _may_lack_value(have: set[str]) -> str:
    """SQL: an order joined without items has no value of its own."""
    return "coalesce(r.lacks_items, false)" if "lacks_items" in have else "false"


def _mark(desk: Desk, have: set[str]) -> str:
    if not desk.facts.get("marked"):
        return "NULL::VARCHAR"
    return marked([f"r.{name}" for name in sorted(have - {"file", "line", "lacks_items"})])


def _says(desk: Desk, have: set[str], name: str, words: Collection[str]) -> str:
    """SQL: whether the column says one of these words; looked up once per distinct text."""
    if name not in have:
        return "false"
    said = desk.run_sql(f"SELECT DISTINCT {name} FROM rows WHERE {name} IS NOT NULL LIMIT {MAX_WORDS}")  # noqa: S608
    meant = [literal(text) for (text,) in said if plain(text) in words]
    return f"coalesce(r.{name} IN ({', '.join(meant)}), false)" if meant else "false"


def _moment() -> str:
    """SQL: the UTC instant of day and clock; NULL when the clock cannot be read. The days on which clocks
    change, and
    clocks with an offset of their own, go the slow and exact way."""
    from django.conf import settings

    zone = literal(settings.TIME_ZONE)
    of_day = (
        "CASE WHEN clock = '' THEN day_clock ELSE coalesce(epoch_us(try_cast(clock AS TIME)), "
        "epoch_us(try_strptime(clock, ['%I:%M:%S %p', '%I:%M %p'])::TIME)) END"
    )
    local = f"(day::TIMESTAMP + to_microseconds({of_day}))"
    return (
        r"CASE WHEN regexp_matches(clock, '([+-]\d\d(:?\d\d)?|Z)$') "
        "THEN timezone('UTC', try_cast(day::VARCHAR || ' ' || clock AS TIMESTAMPTZ)) "
        f"WHEN start IS NULL THEN timezone('UTC', timezone({zone}, {local})) "
        f"ELSE make_timestamp(start + {of_day}) END"
    )


def _store(have: set[str]) -> str:
    names = [f"r.{name}" for name in ("store_code", "store_name") if name in have]
    return f"coalesce({', '.join(names)}, '')" if names else "''"


def _identity(have: set[str]) -> str:
    """SQL: what tells a customer apart in a row without order number, as stable as the file allows."""
    names = [f"r.{name}" for name in IDENTITY if name in have]
    return f"coalesce({', '.join(names)}, '')" if names else "''"


def _place(desk: Desk) -> None:
    """Give each good row its order and its line in it, and find rows that repeat another."""
    have = set(desk.columns("rows"))
    content = "product_code, product_name, units, worth, off, is_return"
    alike = "identity, store, moment" if "order_id" not in have else "order_id, store"
    rank = "moment, identity, is_cancelled, file, line"
    numbered = f"row_number() OVER (PARTITION BY {alike}, {content} ORDER BY {rank})"
    hashed = (
        "md5(concat_ws(chr(31), coalesce(product_code, ''), coalesce(product_name, ''), "
        "units, worth, off, is_return, n))"
    )
    if "order_id" not in have:
        inner = f"SELECT *, {numbered} AS n FROM parsed WHERE code IS NULL"  # noqa: S608
        order = f"md5(concat_ws(chr(31), identity, store, moment, {hashed}))"
        source = f"SELECT *, {order} AS order_ref, '' AS line_ref FROM ({inner})"  # noqa: S608
    elif "line_id" in have or not have & ITEM_COLUMNS or _is_row_per_order(desk, have):
        _drop_repeated(desk, is_order_level="line_id" not in have)
        line = "coalesce(line_id, '')" if "line_id" in have else literal(WHOLE_ORDER)
        source = (
            f"SELECT *, concat_ws(chr(31), store, order_id) AS order_ref, {line} AS line_ref FROM parsed "  # noqa: S608
            "ANTI JOIN (SELECT file, line FROM repeated UNION ALL SELECT file, line FROM problems) "
            "USING (file, line) WHERE code IS NULL"
        )
    else:
        inner = f"SELECT *, {numbered} AS n FROM parsed WHERE code IS NULL"  # noqa: S608
        source = (
            f"SELECT *, concat_ws(chr(31), store, order_id) AS order_ref, {hashed} AS line_ref FROM ({inner})"  # noqa: S608
        )
    desk.run_sql(f"CREATE OR REPLACE VIEW lines AS {source}")
    if desk.facts.get("header_rows"):
        _judge_heads(desk)


def _judge_heads(desk: Desk) -> None:
    """Rows of orders whose items stand in another file: one per order counts, and waits when all its items
    do."""
    desk.run_sql("INSERT INTO repeated SELECT file, line, 'order_repeated' FROM heads_of_items WHERE n > 1")
    desk.run_sql(
        "INSERT INTO problems SELECT file, line, 'items_set_aside' FROM heads_of_items WHERE n = 1 "
        "AND order_id NOT IN (SELECT order_id FROM lines WHERE order_id IS NOT NULL)"
    )


def _is_row_per_order(desk: Desk, have: set[str]) -> bool:
    """Whether a value, and nothing else that an item has, stands in one row per order: it is the order's."""
    if have & (ITEM_COLUMNS - {"line_total"}):
        return False
    orders = "SELECT 1 FROM parsed WHERE code IS NULL GROUP BY store, order_id HAVING count(*) > 1"
    return not desk.run_sql(f"{orders} LIMIT 1")


def _drop_repeated(desk: Desk, *, is_order_level: bool) -> None:
    """Rows with the same order and line: equal ones repeat, further payments of one order belong to it,
    others wait.
    """
    key = "store, order_id" if is_order_level else "store, order_id, line_id"
    if (
        desk.one(
            f"SELECT count(*) FROM (SELECT 1 FROM parsed WHERE code IS NULL GROUP BY hash({key}) HAVING "  # noqa: S608
            "count(*) > 1)"
        )
        == 0
    ):
        return
    same = "(day, moment, product_code, product_name, units, worth, off, is_return, is_cancelled)"
    payments = is_order_level and any(name == "payment_value" for name in desk.columns("rows"))
    if payments:
        _sum_payments(desk, key)
        return
    compared = (
        f"SELECT file, line, row_number() OVER w AS n, hash({same}) = first_value(hash({same})) OVER w "  # noqa: S608
        "AS is_equal "
        f"FROM parsed WHERE code IS NULL WINDOW w AS (PARTITION BY {key} ORDER BY file, line)"
    )
    desk.run_sql(f"CREATE OR REPLACE TEMP TABLE compared AS SELECT * FROM ({compared}) WHERE n > 1")  # noqa: S608
    desk.run_sql("INSERT INTO repeated SELECT file, line, 'equal_row' FROM compared WHERE is_equal")
    desk.run_sql("INSERT INTO problems SELECT file, line, 'line_repeated' FROM compared WHERE NOT is_equal")


def _sum_payments(desk: Desk, key: str) -> None:
    """Several payments of one order: its value is the order's total where the file has one, else their
    sum.
    """
    desk.run_sql(
        f"INSERT INTO repeated SELECT file, line, 'further_payment' FROM parsed WHERE code IS NULL "  # noqa: S608
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY file, line) > 1"
    )
    if "order_total" not in desk.columns("rows"):
        desk.run_sql(
            f"UPDATE parsed SET worth = s.total, price = s.total FROM (SELECT {key}, sum(worth) AS "  # noqa: S608
            "total FROM parsed "
            "WHERE code IS NULL GROUP BY ALL) AS s WHERE parsed.order_id = s.order_id AND "
            "parsed.store = s.store"
        )


def _parse_plain(desk: Desk) -> None:
    """Rows of people or products: nothing to compute, only marks and missing keys."""
    have = set(desk.columns("rows"))
    missing = "'product_missing'" if desk.facts["holds"] == "products" else "'person_unidentified'"
    key = (
        "r.product_code"
        if desk.facts["holds"] == "products"
        else f"coalesce({', '.join(f'r.{n}' for n in IDENTITY if n in have)})"
    )
    names = person_columns(desk)
    desk.run_sql(
        f"CREATE OR REPLACE TABLE parsed AS SELECT file, line, {PLACE} AS place, {token(names)} AS person, "  # noqa: S608
        f"coalesce({_mark(desk, have)}, CASE WHEN {key} IS NULL THEN {missing} END) "
        "AS code FROM rows AS r"
    )
    desk.run_sql("INSERT INTO problems SELECT file, line, code FROM parsed WHERE code IS NOT NULL")


def _people(desk: Desk) -> None:
    """`people`: position (1, 2, ...), person, and the person columns; those said last come last, so that
    they win.
    """
    names = person_columns(desk)
    if not names:
        desk.run_sql("CREATE OR REPLACE TABLE people (position BIGINT, person UBIGINT)")
        return
    desk.run_sql(
        "CREATE OR REPLACE TABLE people AS "  # noqa: S608
        "WITH told AS (SELECT person, max(place) AS last FROM parsed WHERE person IS NOT NULL "
        "GROUP BY person) "
        f"SELECT row_number() OVER (ORDER BY last) AS position, person, {', '.join(names)} "
        f"FROM rows AS r JOIN told ON told.last = {PLACE}"
    )
    for name in (name for name in DATES if name in names):
        desk.facts.setdefault("dates", []).append(name)
