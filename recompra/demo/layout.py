"""The columns of the sales file, with the names that a Brazilian shop's system gives them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recompra.demo.catalogue import Ints
from recompra.demo.outlets import ONLINE
from recompra.demo.people import joined, padded, picked
from recompra.demo.sales import Rows, World

PERSON = {
    "codigo_cliente": "customer",
    "nome": "name",
    "cpf": "cpf",
    "celular": "phone",
    "email": "email",
    "data_nascimento": "born",
    "sexo": "sex",
    "estado_civil": "marital",
    "cidade": "city",
    "uf": "state",
    "aceita_contato": "accepts",
}


def table(found: Rows, folk: pa.Table, world: World, first_order: int) -> pa.Table:
    """The rows as columns of the file. Orders are numbered from `first_order` on."""
    number = padded(found.order + first_order, 9)
    back = pa.array(found.back)
    suffix = joined("-D", pa.array(found.line).cast(pa.string()))
    who = pa.array(np.where(found.customer < 0, 0, found.customer), mask=found.customer < 0)
    person = {column: folk[column].combine_chunks().take(who) for column in PERSON.values()}
    goods, product = world.goods, found.product
    launched = np.datetime64(world.season.start, "D") + goods.launch
    columns = {
        "pedido": pc.if_else(back, joined(number, suffix), number),
        "item": pa.array(found.line),
        "data_venda": pa.array(found.at),
        "tipo": pc.if_else(back, "devolução", "venda"),
        "situacao": pc.if_else(pa.array(found.cancelled), "cancelado", "concluído"),
        "loja": picked(world.where.name, found.shop),
        "cidade_loja": picked(world.where.city, found.shop),
        "uf_loja": picked(world.where.state, found.shop),
        "canal": pc.if_else(pa.array(found.shop == ONLINE), "online", "loja"),
        **{name: person[column] for name, column in PERSON.items()},
        "codigo_produto": picked(goods.code, product),
        "produto": picked(goods.name, product),
        "grupo": picked(goods.group, product),
        "marca": picked(goods.brand, product),
        "cor": pa.array(goods.color, pa.string()).take(pa.array(product)),
        "lancamento": pa.array(launched[product]),
        "quantidade": pa.array(found.money.quantity),
        "preco_unitario": decimals(found.money.price),
        "desconto": decimals(found.money.discount),
        "frete": decimals(found.money.freight),
    }
    return pa.table(columns)


def decimals(cents: Ints) -> pa.Array:
    """Cents as exact DECIMAL(18,2), without a detour by text or float."""
    halves = np.empty((len(cents), 2), dtype=np.int64)
    halves[:, 0], halves[:, 1] = cents, cents >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(halves.tobytes())])
