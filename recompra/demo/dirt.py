"""What real files suffer from: other spellings, placeholders, doubled rows, impossible values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recompra.demo.people import picked

PLACEHOLDERS = ("CONSUMIDOR FINAL", "Consumidor", "cliente balcão", "NÃO INFORMADO")


def dirtied(rows: pa.Table, seed: int, chunk: int) -> pa.Table:
    """The same rows of text with dirt in them. Doubled rows stand after the others."""
    rng = np.random.default_rng([seed, chunk, 1])
    rows = renamed(rows, rng)
    rows = misspelt(rows, rng)
    doubled = np.flatnonzero(rng.random(len(rows)) < 0.002)
    return pa.concat_tables([rows, rows.take(pa.array(doubled))])


def renamed(rows: pa.Table, rng: np.random.Generator) -> pa.Table:
    """The same person written otherwise: capitals, spaces, points in the CPF, digits of the phone."""
    count = len(rows)
    unknown = pc.is_null(rows["codigo_cliente"])
    held = pc.and_(unknown, pa.array(rng.random(count) < 0.3))
    name, cpf, phone = rows["nome"], rows["cpf"], rows["celular"]
    capitals = pa.array(rng.random(count) < 0.2)
    name = pc.if_else(capitals, pc.utf8_upper(name), name)
    name = pc.if_else(
        pa.array(rng.random(count) < 0.05), pc.binary_join_element_wise("  ", name, " ", ""), name
    )
    name = pc.if_else(held, picked(PLACEHOLDERS, rng.integers(0, len(PLACEHOLDERS), count)), name)
    pointed = pc.replace_substring_regex(cpf, r"^(\d{3})(\d{3})(\d{3})(\d{2})$", r"\1.\2.\3-\4")
    cpf = pc.if_else(pa.array(rng.random(count) < 0.3), pointed, cpf)
    cpf = pc.if_else(
        pa.array(rng.random(count) < 0.02), pc.replace_substring_regex(cpf, r"^0*(\d+)$", r"\1.0"), cpf
    )
    cpf = pc.if_else(held, pa.scalar("000.000.000-00"), cpf)
    bare = pc.replace_substring_regex(phone, r"\D", "")
    phone = pc.if_else(pa.array(rng.random(count) < 0.3), bare, phone)
    phone = pc.if_else(
        pa.array(rng.random(count) < 0.1), pc.binary_join_element_wise("+55", bare, " "), phone
    )
    email = pc.if_else(pa.array(rng.random(count) < 0.1), pc.utf8_upper(rows["email"]), rows["email"])
    email = pc.if_else(pa.array(rng.random(count) < 0.004), pa.scalar("naotem@"), email)
    return replaced(rows, nome=name, cpf=cpf, celular=phone, email=email)


def misspelt(rows: pa.Table, rng: np.random.Generator) -> pa.Table:
    """A few values that no rule can read: such rows belong aside, with the reason."""
    count = len(rows)
    bad_date, bad_price, no_order = rng.random((3, count)) < 0.0005
    dates = pc.if_else(pa.array(bad_date), "31/02/2026 10:00:00", rows["data_venda"])
    prices = pc.if_else(pa.array(bad_price), "a combinar", rows["preco_unitario"])
    orders = pc.if_else(pa.array(no_order), "", rows["pedido"])
    return replaced(rows, data_venda=dates, preco_unitario=prices, pedido=orders)


def replaced(rows: pa.Table, **columns: pa.ChunkedArray) -> pa.Table:
    for name, values in columns.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows
