"""The files of the synthetic shop: the same seed gives the same bytes, and every row makes sense."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from recompra.demo.files import Written, write
from recompra.demo.shop import CHUNK, Shop, pieces

UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(Shop(1500, 7, UNTIL), tmp_path_factory.mktemp("shop"), form="parquet")


@pytest.fixture(scope="module")
def sales(written: Written) -> duckdb.DuckDBPyConnection:
    """A database with the view `sales` (one row per line) and `truth` (one row per customer)."""
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW sales AS FROM '{written.sales}'")
    connection.execute(f"CREATE VIEW truth AS FROM '{written.truth}'")
    return connection


def one(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_seed_makes_the_same_bytes(tmp_path: Path, form: str) -> None:
    first, second, other = (
        write(Shop(120, seed, UNTIL), tmp_path / name, form=form, dirt=form == "csv")
        for name, seed in (("first", 3), ("second", 3), ("other", 4))
    )
    assert first.sales.read_bytes() == second.sales.read_bytes() != other.sales.read_bytes()
    assert first.truth.read_bytes() == second.truth.read_bytes() != other.truth.read_bytes()


def test_the_counts_told_are_those_of_the_files(written: Written, sales: duckdb.DuckDBPyConnection) -> None:
    assert one(sales, "SELECT count(*) FROM sales") == written.lines
    assert one(sales, "SELECT count(DISTINCT pedido) FROM sales WHERE tipo = 'venda'") == written.orders
    assert one(sales, "SELECT count(*) FROM truth") == written.customers == 1500


def test_every_customer_bought_at_least_once(sales: duckdb.DuckDBPyConnection) -> None:
    assert one(sales, "SELECT count(DISTINCT codigo_cliente) FROM sales WHERE tipo = 'venda'") == 1500


def test_nobody_buys_before_the_first_day_or_after_dropping_out(sales: duckdb.DuckDBPyConnection) -> None:
    """Pareto/NBD: the truth file says from when to when a customer was one."""
    query = """SELECT count(*) FROM sales JOIN truth USING (codigo_cliente)
        WHERE tipo = 'venda' AND data_venda::date NOT BETWEEN first_on AND dropped_out_on"""
    assert one(sales, query) == 0
    assert (
        one(sales, "SELECT count(*) FROM truth WHERE alive_at_end <> (dropped_out_on > DATE '2026-06-30')")
        == 0
    )
    assert one(sales, "SELECT count(*) FROM truth WHERE NOT alive_at_end AND orders_next_365_days > 0") == 0


def test_the_three_years_end_on_the_day_asked_for(sales: duckdb.DuckDBPyConnection) -> None:
    assert one(sales, "SELECT max(data_venda)::date FROM sales") == UNTIL
    assert one(sales, "SELECT min(data_venda)::date >= DATE '2023-07-02' FROM sales")


def test_an_order_has_one_customer_one_store_one_time_and_its_lines_are_numbered(
    sales: duckdb.DuckDBPyConnection,
) -> None:
    query = """SELECT count(*) FROM (SELECT pedido FROM sales GROUP BY pedido HAVING count(DISTINCT
        (coalesce(codigo_cliente, ''), loja, canal, data_venda, situacao)) > 1 OR
        any_value(tipo) = 'venda' AND (min(item), max(item)) <> (1, count(*)))"""
    assert one(sales, query) == 0


def test_what_comes_back_was_sold_before_at_that_price_and_not_cancelled(
    sales: duckdb.DuckDBPyConnection,
) -> None:
    """A return's number is that of its sale with -D and the line."""
    query = """SELECT count(*), count(s.pedido) FROM sales r LEFT JOIN sales s
        ON s.pedido = split_part(r.pedido, '-', 1) AND s.item = r.item AND s.codigo_produto = r.codigo_produto
        AND s.quantidade = -r.quantidade AND s.preco_unitario - s.desconto = r.preco_unitario
        AND s.data_venda < r.data_venda AND s.situacao = 'concluído'
        AND s.codigo_cliente IS NOT DISTINCT FROM r.codigo_cliente WHERE r.tipo = 'devolução'"""
    row = sales.execute(query).fetchone()
    assert row is not None
    assert row[0] == row[1] > 50


def test_nothing_is_sold_before_its_launch(sales: duckdb.DuckDBPyConnection) -> None:
    assert one(sales, "SELECT count(*) FROM sales WHERE data_venda::date < lancamento") == 0
    assert one(sales, "SELECT count(DISTINCT codigo_produto) FROM sales WHERE lancamento > '2023-07-02'") > 20


def test_the_shop_has_all_that_a_shop_has(sales: duckdb.DuckDBPyConnection) -> None:
    """Sales without a customer, cancelled orders, online and in stores, freight, discounts."""
    share = "SELECT avg((%s)::int) BETWEEN %f AND %f FROM sales WHERE item = 1 AND tipo = 'venda'"
    for condition, low, high in (
        ("codigo_cliente IS NULL", 0.1, 0.3),
        ("situacao = 'cancelado'", 0.003, 0.04),
        ("canal = 'online'", 0.1, 0.5),
        ("desconto > 0", 0.1, 0.4),
        ("frete > 0", 0.02, 0.4),
    ):
        assert one(sales, share % (condition, low, high)), condition


def test_the_rates_found_in_the_file_are_those_of_the_truth(sales: duckdb.DuckDBPyConnection) -> None:
    """In both upper thirds of the true rates, repeat orders per day of life follow the rate to 10 %."""
    query = """WITH found AS (SELECT codigo_cliente, count(DISTINCT pedido) - 1 AS repeats FROM sales
            WHERE tipo = 'venda' GROUP BY 1),
        thirds AS (SELECT repeats, rate_per_day
            * (least(dropped_out_on, DATE '2026-06-30') - first_on + 0.5) AS expected,
            ntile(3) OVER (ORDER BY rate_per_day) AS third FROM truth JOIN found USING (codigo_cliente))
        SELECT sum(repeats) / sum(expected) FROM thirds WHERE third > 1 GROUP BY third"""
    ratios = [row[0] for row in sales.execute(query).fetchall()]
    assert len(ratios) == 2
    assert all(0.9 < ratio < 1.1 for ratio in ratios), ratios


def test_a_large_shop_comes_in_pieces_that_do_not_depend_on_each_other() -> None:
    """Memory stays flat: a piece is at most 10,000 customers; the orders are numbered on."""
    made = list(pieces(Shop(CHUNK + 50, 1, UNTIL, days=60)))
    assert [len(piece.truth) for piece in made] == [CHUNK, 50]
    last = made[0].orders
    assert min(made[1].sales["pedido"].to_pylist()) == f"{last + 1:09d}"
    assert made[1].truth["codigo_cliente"][0].as_py() == f"C{CHUNK + 1:07d}"


def test_the_csv_is_what_a_brazilian_system_exports(tmp_path: Path) -> None:
    written = write(Shop(50, 1, UNTIL), tmp_path)
    header, first, *_rest = written.sales.read_text().splitlines()
    assert header.startswith("pedido;item;data_venda;tipo;situacao;loja;")
    row = dict(zip(header.split(";"), first.split(";"), strict=True))
    assert row["data_venda"][2] == row["data_venda"][5] == "/"
    assert row["preco_unitario"][-3] == ","
