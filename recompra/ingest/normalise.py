"""Rows as text become order lines: days, numbers, signs, states; each with its place in an order, or a
reason to wait.

Makes, from `rows`: `parsed` (one per row), `problems` (file, line, code), `repeated` (rows that add no
line of their
own), `lines` (one per order line to be loaded) and `people` (one per distinct set of person columns).
"""

from __future__ import annotations

from collections.abc import Collection

from recompra.ingest import amounts, stream
from recompra.ingest.columns import IDENTITY, NUMBERS, plain
from recompra.ingest.dates import day_in, read_days
from recompra.ingest.desk import Desk, literal
from recompra.ingest.distinct import STORE, Said, cell, gather
from recompra.ingest.stage import marked
from recompra.ingest.words import CANCELLED, ONLINE, RETURN

MAX_AMOUNT = 10_000_000
MAX_QUANTITY = 1_000_000
MARK = "hash(store, order_id)"
"""SQL: an order within this run, in 64 bits: finer than the 63 of its key, and quicker than its texts."""
CONTENT = ("product_code", "product_name")
STREAMED = "parsed_stream"
"""The table behind `parsed` when the rows come from a stream."""
WHOLE_ORDER = "\x1forder"
"""`line_ref` of a row that stands for all of its order; no file can hold this text."""
PLACE = "((file::BIGINT << 40) | line)"
"""SQL: where a row stands among all files, as one number."""
WITHOUT_DROPPED = (
    "ANTI JOIN (SELECT file, line FROM repeated UNION ALL SELECT file, line FROM problems) USING (file, line)"
)
USUALLY_SAID = ("order_id", "ordered_at")
ITEM_COLUMNS = {"line_id", "quantity", "unit_price", "line_total", "product_code", "product_name"}


def normalise(desk: Desk) -> None:
    """Run again, it makes the same tables anew. Sales are only begun: how they are written is known then, and
    `read_sales` can be done apart."""
    empty(desk)
    said = gather(desk)
    if desk.facts["holds"] == "sales":
        desk.facts["person"] = said.person
        desk.facts["parsing"] = _parsing(desk, said)
    else:
        parse_plain(desk, said)


def read_sales(desk: Desk) -> None:
    """Make `parsed`, `problems`, `repeated` and `lines` of the sales that `normalise` began."""
    amounts.prepare(desk)
    make(desk, set(desk.columns("rows")), desk.facts.pop("parsing"))
    _place(desk)


def empty(desk: Desk) -> None:
    """No problems and no repeated rows yet."""
    desk.run_sql("CREATE OR REPLACE TABLE problems (file INTEGER, line BIGINT, code VARCHAR)")
    desk.run_sql("CREATE OR REPLACE TABLE repeated (file INTEGER, line BIGINT, reason VARCHAR)")


def _parsing(desk: Desk, said: Said) -> str:
    """SQL of `parsed`, a row for each of `rows`. Raises Unclear where the file does not tell what comes first
    in its days."""
    have = set(desk.columns("rows"))
    style = amounts.styles(desk, said.signs)
    desk.facts["numbers"] = style
    desk.facts["date_order"] = read_days(desk, "ordered_at", said.days)
    numbers = [name for name in NUMBERS if name in have]
    kept = _kept(have)

    def amount(name: str) -> str:
        return (
            amounts.number(f"r.{name}", style[name], cell(desk, name))
            if name in have
            else "NULL::DECIMAL(18, 4)"
        )

    texts = [f"r.{name}, " for name in sorted(kept & {"order_id", "line_id", *CONTENT})]
    if not _has_lines(have):
        texts += ["identity, ", *(f"NULL::VARCHAR AS {name}, " for name in CONTENT if name not in kept)]
    unread = " OR ".join(f"(n_{name} IS NULL AND {cell(desk, name)} IS NOT NULL)" for name in numbers)
    total = "coalesce(n_line_total, n_order_total, n_payment_value)"
    clock = "trim(substr(r.ordered_at, length(r.day_text) + 2))"
    if "ordered_time" in have:
        clock = f"coalesce(nullif({clock}, ''), r.ordered_time, '')"
    order_missing = "r.order_id IS NULL" if "order_id" in have else "false"
    cells = ", ".join(f"{_as_read(desk, name)} AS {name}" for name in sorted(kept))
    return f"""
        WITH cells AS (
            SELECT {places(have)}{cells}, {said.person} AS person, {said.goods} AS goods,
                {said.shop} AS shop, {store_token(desk, have)} AS store,
                {says(said, "kind", RETURN)} AS takes_back,
                {says(said, "status", CANCELLED)} AS is_cancelled,
                {says(said, "channel", ONLINE) if "channel" in have else "NULL::BOOLEAN"} AS is_online,
                {_may_lack_value(have)} AS lacks_value, {_identity(desk, have)} AS identity,
                {broken(desk, have)} AS mark, {is_void(desk, kept)} AS is_void
            FROM rows AS r
        ), read AS (
            SELECT r.*, d.day, d.is_due, d.start, d.clock AS day_clock, {clock} AS clock,
                {", ".join(f"{amount(name)} AS n_{name}" for name in NUMBERS)}
            FROM (SELECT *, {day_in("ordered_at", said.days)} AS day_text FROM cells) AS r
            LEFT JOIN days_ordered_at AS d ON d.text = r.day_text
        ), timed AS (
            SELECT r.*, {instant()} AS moment, coalesce(n_quantity, 1) AS q FROM read AS r
        ), signed AS (
            SELECT r.*, takes_back OR q < 0 OR coalesce(n_unit_price, {total}, 0) < 0 AS is_return, abs(q)
            AS units,
                abs(coalesce(n_discount, 0))::DECIMAL(18, 2) AS off,
                CASE WHEN q = 1 AND abs(n_unit_price) <= {MAX_AMOUNT} THEN abs(n_unit_price)::DECIMAL(18, 2)
                     WHEN n_unit_price IS NOT NULL AND abs(n_unit_price) <= {MAX_AMOUNT} AND abs(q) <=
                {MAX_QUANTITY}
                     THEN (abs(q) * abs(n_unit_price))::DECIMAL(18, 2)
                     WHEN n_unit_price IS NULL AND abs({total}) <= {MAX_AMOUNT}
                     THEN (abs({total}) + abs(coalesce(n_discount, 0)))::DECIMAL(18, 2)
                     WHEN lacks_value THEN 0 END AS worth
            FROM timed AS r
        )
        SELECT {places(have)}person, goods, shop, store, {"".join(texts)}
            day, moment, is_return, is_cancelled, is_online,
            units, CASE WHEN n_unit_price IS NOT NULL THEN abs(n_unit_price)
                        WHEN units = 0 THEN worth ELSE (worth / units)::DECIMAL(18, 4) END AS price,
            worth, off, abs(coalesce(n_freight, 0))::DECIMAL(18, 2) AS freight, NOT lacks_value AS is_line,
            CASE WHEN mark IS NOT NULL THEN mark
                 WHEN {order_missing} THEN 'order_missing'
                 WHEN r.ordered_at IS NULL THEN 'date_missing'
                 WHEN day IS NULL THEN 'date_invalid'
                 WHEN NOT is_due THEN 'date_out_of_range'
                 WHEN moment IS NULL THEN 'time_invalid'
                 WHEN {unread or "false"} THEN 'amount_invalid'
                 WHEN coalesce(n_unit_price, {total}) IS NULL AND NOT lacks_value THEN 'amount_missing'
                 WHEN (worth IS NULL AND coalesce(n_unit_price, {total}) IS NOT NULL) OR worth >
                 {MAX_AMOUNT} OR units > {MAX_QUANTITY}
                      OR off > {MAX_AMOUNT} OR abs(n_freight) > {MAX_AMOUNT}
                 THEN 'amount_absurd' END AS code, is_void
        FROM signed AS r
        """  # noqa: S608


def _as_read(desk: Desk, name: str) -> str:
    """SQL: a column that the parsing of sales reads; of numbers, most of which can be read as they stand,
    the blanks are left."""
    return f"r.{name}" if name in NUMBERS else cell(desk, name)


def _kept(have: set[str]) -> set[str]:
    """The columns of text that the parsing of sales reads."""
    wanted = {"order_id", "line_id", "ordered_at", "ordered_time", *NUMBERS}
    if not _has_lines(have):
        wanted |= {*CONTENT}  # a line is known by its content
    return wanted & have


def _has_lines(have: set[str]) -> bool:
    """Whether the file has a number for each line of its orders."""
    return {"order_id", "line_id"} <= have


def places(have: set[str]) -> str:
    """SQL: where a row stands; of a stream it is told afterwards, by its place in the table."""
    return f"r.file, r.line, {PLACE} AS place, " if "file" in have else ""


def make(desk: Desk, have: set[str], select: str) -> None:
    """`parsed` and its problems, from a SELECT in the order of the rows."""
    if "file" in have:
        desk.run_sql(f"CREATE OR REPLACE TABLE parsed AS {select}")
    else:
        desk.run_sql(f"CREATE OR REPLACE TABLE {STREAMED} AS {select}")
        desk.run_sql(
            "CREATE OR REPLACE VIEW parsed AS "  # noqa: S608
            f"SELECT 0 AS file, rowid AS line, rowid AS place, * FROM {STREAMED}"
        )
        _drop_blank(desk)
        stream.refuse_empty(desk, desk.one(f"SELECT count(*) FROM {STREAMED}"))  # noqa: S608
    desk.run_sql("INSERT INTO problems SELECT file, line, code FROM parsed WHERE code IS NOT NULL")


def table_of(desk: Desk) -> str:
    """The table behind `parsed`, for changing its rows."""
    return STREAMED if stream.is_streamed(desk) else "parsed"


def is_void(desk: Desk, names: Collection[str]) -> str:
    """SQL: whether nothing stands in these columns, in a row of a stream."""
    if not stream.is_streamed(desk):
        return "false"
    first, *others = sorted(names, key=lambda name: (name not in USUALLY_SAID, name))
    nothing = f"coalesce({', '.join(cell(desk, name) for name in (first, *others))}) IS NULL"
    return f"CASE WHEN r.{first} BETWEEN '!' AND '~' THEN false ELSE {nothing} END"


def _drop_blank(desk: Desk) -> None:
    """Take out the rows of a stream in which nothing stands at all, and count them."""
    if not desk.run_sql(f"SELECT 1 FROM {STREAMED} WHERE is_void LIMIT 1"):  # noqa: S608
        return
    names = ", ".join(stream.trimmed(f"c{at}") for at in range(len(desk.facts["headers"][0])))
    blank = f"SELECT rowid FROM {stream.placed(desk, 0)} WHERE coalesce({names}) IS NULL"  # noqa: S608
    deleted = desk.one(f"DELETE FROM {STREAMED} WHERE is_void AND rowid IN ({blank})")  # noqa: S608
    desk.facts["files"][0]["blank"] = int(deleted)


def _may_lack_value(have: set[str]) -> str:
    """SQL: an order joined without items has no value of its own."""
    return "coalesce(r.lacks_items, false)" if "lacks_items" in have else "false"


def broken(desk: Desk, have: set[str]) -> str:
    """SQL: the quarantine code of a row that bears a mark, else NULL."""
    if not desk.facts.get("marked"):
        return "NULL::VARCHAR"
    return marked([f"r.{name}" for name in sorted(have - {"file", "line", "lacks_items"})])


def says(said: Said, name: str, words: Collection[str]) -> str:
    """SQL: whether the column says one of these words; looked up once per distinct text."""
    meant = [literal(text) for text in said.words.get(name, ()) if plain(text) in words]
    return f"coalesce(r.{name} IN ({', '.join(meant)}), false)" if meant else "false"


def instant() -> str:
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
        r"CASE WHEN (contains(clock, '-') OR contains(clock, '+') OR ends_with(clock, 'Z')) "
        r"AND regexp_matches(clock, '([+-]\d\d(:?\d\d)?|Z)$') "
        "THEN timezone('UTC', try_cast(day::VARCHAR || ' ' || clock AS TIMESTAMPTZ)) "
        f"WHEN start IS NULL THEN timezone('UTC', timezone({zone}, {local})) "
        f"ELSE make_timestamp(start + {of_day}) END"
    )


def store_token(desk: Desk, have: set[str]) -> str:
    """SQL: a number for the store as the row names it (`name` of `shops_told`)."""
    names = [cell(desk, name) for name in STORE if name in have]
    return f"hash(coalesce({', '.join([*names, literal('')])}))"


def _identity(desk: Desk, have: set[str]) -> str:
    """SQL: what tells a customer apart in a row without order number, as stable as the file allows."""
    if _has_lines(have):
        return "NULL::VARCHAR"
    names = [cell(desk, name) for name in IDENTITY if name in have]
    return f"coalesce({', '.join([*names, literal('')])})"


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
        order = f"md5(concat_ws(chr(31), identity, name, moment, {hashed}))"
        source = (
            f"SELECT *, {order} AS order_ref, hash(order_ref) AS mark, '' AS line_ref FROM ({inner}) "  # noqa: S608
            "JOIN (SELECT DISTINCT store, name FROM shops_told) USING (store)"
        )
    elif "line_id" in have or not have & ITEM_COLUMNS or _is_row_per_order(desk, have):
        dropped = _drop_repeated(desk, is_order_level="line_id" not in have)
        line = "coalesce(line_id, '')" if "line_id" in have else literal(WHOLE_ORDER)
        source = (
            f"SELECT *, order_id AS order_ref, {MARK} AS mark, {line} AS line_ref FROM parsed "  # noqa: S608
            f"{WITHOUT_DROPPED if dropped else ''} WHERE code IS NULL"
        )
    else:
        inner = f"SELECT *, {numbered} AS n FROM parsed WHERE code IS NULL"  # noqa: S608
        source = f"SELECT *, order_id AS order_ref, {MARK} AS mark, {hashed} AS line_ref FROM ({inner})"  # noqa: S608
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


def _drop_repeated(desk: Desk, *, is_order_level: bool) -> bool:
    """Rows with the same order and line: equal ones repeat, further payments of one order belong to it,
    others wait. Tells whether there were any.
    """
    key = "store, order_id" if is_order_level else "store, order_id, line_id"
    if (
        desk.one(
            f"SELECT count(*) FROM (SELECT 1 FROM parsed WHERE code IS NULL GROUP BY hash({key}) HAVING "  # noqa: S608
            "count(*) > 1)"
        )
        == 0
    ):
        return False
    same = "(day, moment, g.product_code, g.product_name, units, worth, off, is_return, is_cancelled)"
    payments = is_order_level and any(name == "payment_value" for name in desk.columns("rows"))
    if payments:
        _sum_payments(desk, key)
        return True
    compared = (
        f"SELECT file, line, row_number() OVER w AS n, hash({same}) = first_value(hash({same})) OVER w "  # noqa: S608
        "AS is_equal "
        "FROM parsed LEFT JOIN goods_told AS g USING (goods) WHERE parsed.code IS NULL "
        f"WINDOW w AS (PARTITION BY {key} ORDER BY file, line)"
    )
    desk.run_sql(f"CREATE OR REPLACE TEMP TABLE compared AS SELECT * FROM ({compared}) WHERE n > 1")  # noqa: S608
    desk.run_sql("INSERT INTO repeated SELECT file, line, 'equal_row' FROM compared WHERE is_equal")
    desk.run_sql("INSERT INTO problems SELECT file, line, 'line_repeated' FROM compared WHERE NOT is_equal")
    return True


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
            f"UPDATE {table_of(desk)} AS parsed SET worth = s.total, price = s.total "  # noqa: S608
            f"FROM (SELECT {key}, sum(worth) AS total FROM parsed WHERE code IS NULL GROUP BY ALL) AS s "
            "WHERE parsed.order_id = s.order_id AND "
            "parsed.store = s.store"
        )


def parse_plain(desk: Desk, said: Said, further: str = "", *, wrong: str = "") -> None:
    """Rows of people or products: nothing to compute, only marks and missing keys. `further`: SQL of other
    columns of the row that are wanted, each with a comma behind it; `wrong`: WHEN … THEN of the quarantine
    codes that these may earn the row."""
    have = set(desk.columns("rows"))
    holds_goods = desk.facts["holds"] == "products"
    missing = "'product_missing'" if holds_goods else "'person_unidentified'"
    keys = ["product_code"] if holds_goods else [name for name in IDENTITY if name in have]
    key = f"coalesce({', '.join(cell(desk, name) for name in keys)})"
    make(
        desk,
        have,
        f"SELECT {places(have)}{said.person} AS person, {said.goods} AS goods, {further}"  # noqa: S608
        f"coalesce({broken(desk, have)}, CASE WHEN {key} IS NULL THEN {missing} {wrong} END) AS code, "
        f"{is_void(desk, keys)} AS is_void FROM rows AS r",
    )
