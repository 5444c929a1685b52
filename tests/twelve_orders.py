"""The twelve orders known by heart, told in days before `as_of`.

| # | who   | store  | days ago | net R$   | what                                        |
| 1 | Ana   | Centro | 300      |   120.00 | 2 shirts at 60.00                           |
| 2 | Ana   | Centro | 200      |    80.00 | 1 mug at 80.00                              |
| 3 | Ana   | Online | 100      |   200.00 | 1 bag at 200.00                             |
| 4 | Ana   | Centro |  40      |   150.00 | 1 bag at 200.00, discount 50.00             |
| 5 | Ana   | Centro |  12      |   250.00 | 1 bag at 200.00, 1 shirt at 50.00           |
| 6 | Ana   | Centro |   8      |   -60.00 | return of 1 shirt of order 1                |
| 7 | Bruno | Online | 400      |   900.00 | 1 coat at 900.00                            |
| 8 | Bruno | Online | 330      | (800.00) | 1 coat at 800.00, CANCELLED: counts nowhere |
| 9 | Bruno | Centro | 260      | 1,000.00 | 1 coat at 1,000.00                          |
|10 | Carla | Centro |  30      |    49.90 | 1 mug at 49.90                              |
|11 | Davi  | Online |   5      |   780.00 | 1 coat at 780.00                            |
|12 | -     | Centro |   3      |    35.00 | 1 mug at 35.00, nobody named                |

So: Ana spent 740.00 on 5 days, 72 days apart on the mean; Bruno 1,900.00 on 2 days, 140 days apart;
Carla 49.90 once; Davi 780.00 once. All valid orders come to 3,469.90, with the unnamed one 3,504.90.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

CENTRO, ONLINE = 1, 2
ANA, BRUNO, CARLA, DAVI = 1001, 1002, 1003, 1004  # customer keys
SHIRT, MUG, BAG, COAT = 501, 502, 503, 504


@dataclass(frozen=True)
class Line:
    product: int
    quantity: int
    price: str
    discount: str = "0"

    @property
    def net(self) -> Decimal:
        return Decimal(self.quantity) * Decimal(self.price) - Decimal(self.discount)


@dataclass(frozen=True)
class Order:
    number: int
    customer: int | None
    store: int
    days_ago: int
    lines: tuple[Line, ...]
    kind: str = "sale"
    is_cancelled: bool = False


ORDERS = (
    Order(1, ANA, CENTRO, 300, (Line(SHIRT, 2, "60.00"),)),
    Order(2, ANA, CENTRO, 200, (Line(MUG, 1, "80.00"),)),
    Order(3, ANA, ONLINE, 100, (Line(BAG, 1, "200.00"),)),
    Order(4, ANA, CENTRO, 40, (Line(BAG, 1, "200.00", "50.00"),)),
    Order(5, ANA, CENTRO, 12, (Line(BAG, 1, "200.00"), Line(SHIRT, 1, "50.00"))),
    Order(6, ANA, CENTRO, 8, (Line(SHIRT, -1, "60.00"),), kind="return"),
    Order(7, BRUNO, ONLINE, 400, (Line(COAT, 1, "900.00"),)),
    Order(8, BRUNO, ONLINE, 330, (Line(COAT, 1, "800.00"),), is_cancelled=True),
    Order(9, BRUNO, CENTRO, 260, (Line(COAT, 1, "1000.00"),)),
    Order(10, CARLA, CENTRO, 30, (Line(MUG, 1, "49.90"),)),
    Order(11, DAVI, ONLINE, 5, (Line(COAT, 1, "780.00"),)),
    Order(12, None, CENTRO, 3, (Line(MUG, 1, "35.00"),)),
)
PRODUCTS = (
    (SHIRT, "CAM-01", "Camiseta básica", "Vestuário", "Aurora", "azul"),
    (MUG, "CAN-01", "Caneca esmaltada", "Casa", "Serra", "branca"),
    (BAG, "BOL-01", "Bolsa de couro", "Acessórios", "Aurora", "preta"),
    (COAT, "CAS-01", "Casaco de lã", "Vestuário", "Serra", "cinza"),
)


def tables(as_of: dt.date, batch: int = 1) -> dict[str, list[dict[str, Any]]]:
    """Rows for the warehouse's `orders`, `order_items`, `products` and `stores`, as of the given day."""
    orders: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for order in ORDERS:
        day = as_of - dt.timedelta(days=order.days_ago)
        shared = {
            "order_key": order.number,
            "customer_key": order.customer,
            "store_key": order.store,
            "kind": order.kind,
            "is_cancelled": order.is_cancelled,
            "ordered_at": dt.datetime.combine(day, dt.time(15, 0)),
            "ordered_on": day,
            "batch": batch,
        }
        discount = sum((Decimal(line.discount) for line in order.lines), Decimal(0))
        net = sum((line.net for line in order.lines), Decimal(0))
        orders.append(
            {
                **shared,
                "is_online": order.store == ONLINE,
                "net": net,
                "gross": net + discount,
                "discount": discount,
                "freight": Decimal(0),
                "units": Decimal(sum(line.quantity for line in order.lines)),
            }
        )
        items += [
            {
                **shared,
                "line": number,
                "product_key": line.product,
                "quantity": Decimal(line.quantity),
                "unit_price": Decimal(line.price),
                "discount": Decimal(line.discount),
                "net": line.net,
            }
            for number, line in enumerate(order.lines, 1)
        ]
    names = ("product_key", "code", "name", "group_name", "brand", "color")
    products = [
        {**dict(zip(names, row, strict=True)), "launched_on": None, "attributes": None, "batch": batch}
        for row in PRODUCTS
    ]
    stores = [
        {"store_key": CENTRO, "name": "Loja Centro", "is_online": False, "city": "Curitiba", "state": "PR"},
        {"store_key": ONLINE, "name": "Loja Online", "is_online": True, "city": None, "state": None},
    ]
    return {"orders": orders, "order_items": items, "products": products, "stores": stores}


def parquet(as_of: dt.date, folder: Path, batch: int = 1) -> dict[str, Path]:
    """The same rows as one Parquet file per table, with the warehouse's own column types."""
    from recompra.warehouse.dialect import arrow_schema
    from recompra.warehouse.schema import TABLES

    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, rows in tables(as_of, batch).items():
        paths[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name].schema())), paths[name])
    return paths
