"""What the shop's system says of its products beside the sales: what is still sold, and how many are left."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from recompra.demo.catalogue import Catalogue

GONE, SOLD_OUT, UNSAID = 0.04, 0.02, 0.02
STOCK_MEAN = 40


def shelf(goods: Catalogue, rng: np.random.Generator) -> pa.Table:
    """The rows of `produtos.csv`. Discontinued are some of those that sell least of their group; a few others
    are sold out, of a few nobody counts the stock."""
    count = len(goods.code)
    draw = rng.random((2, count))
    gone = slow(goods) & (draw[0] < 2 * GONE)  # half of the products are slow
    stock = rng.poisson(rng.exponential(STOCK_MEAN, count)) + 1
    stock = np.where(gone | (draw[1] < SOLD_OUT), 0, stock)
    return pa.table(
        {
            "codigo_produto": pa.array(goods.code),
            "produto": pa.array(goods.name),
            "grupo": pa.array(goods.group),
            "marca": pa.array(goods.brand),
            "cor": pa.array(goods.color, pa.string()),
            "situacao": pa.array(np.where(gone, "descontinuado", "ativo")),
            "estoque": pa.array(stock, mask=draw[1] > 1 - UNSAID),
        }
    )


def slow(goods: Catalogue) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which products sell less than the median of their group."""
    share = np.diff(goods.weight, prepend=0.0)
    found = np.zeros(len(share), dtype=np.bool_)
    for first, end in zip(goods.edges[:-1], goods.edges[1:], strict=True):
        own = share[first:end].copy()
        own[0] = goods.weight[first]  # the weights are added up anew in each group
        found[first:end] = own < np.median(own)
    return found
