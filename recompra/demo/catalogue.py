"""What the shop sells: beauty and home scents of invented brands, with prices, colours, launch dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from recompra.demo.season import Floats

Ints = npt.NDArray[np.int64]

# fmt: off
BRANDS = ("Pé de Jabuticaba", "Flor de Umbu", "Maré Mansa", "Casa Aroeira", "Serra Bonita", "Luar de Minas",
          "Caju & Rosa", "Ybirá", "Doce Quintal", "Rio Manso")
SCENTS = ("Pitanga", "Lavanda", "Capim-limão", "Baunilha", "Maracujá", "Açaí", "Cupuaçu", "Castanha",
          "Alecrim", "Algodão", "Jasmim", "Verbena", "Coco", "Buriti", "Andiroba", "Murumuru", "Tangerina",
          "Gengibre", "Figo", "Rosas", "Camomila", "Graviola", "Melissa", "Cacau")
SHADES = ("Vermelho", "Nude", "Rosa", "Vinho", "Coral", "Malva", "Terracota", "Bronze", "Marrom", "Preto")
COLORS = ("Branco", "Bege", "Verde", "Azul", "Lilás", "Amarelo", "Rosa", "Preto")
# fmt: on


@dataclass(frozen=True)
class Group:
    """A product group: its kinds with their price in R$, and the days until one buys again (0: never)."""

    name: str
    weight: float
    cycle: int
    kinds: tuple[tuple[str, int], ...]
    shades: tuple[str, ...] = ()


# fmt: off
GROUPS = (
    Group("Cabelos", 0.22, 50, (
        ("Shampoo", 39), ("Condicionador", 42), ("Máscara capilar", 69), ("Leave-in", 49),
        ("Óleo capilar", 59))),
    Group("Rosto", 0.17, 65, (
        ("Hidratante facial", 79), ("Sérum vitamina C", 119), ("Protetor solar FPS 50", 69),
        ("Sabonete facial", 35), ("Água micelar", 45))),
    Group("Corpo e banho", 0.20, 40, (
        ("Sabonete líquido", 29), ("Hidratante corporal", 55), ("Óleo corporal", 65), ("Esfoliante", 49),
        ("Desodorante", 25))),
    Group("Perfumaria", 0.13, 150, (("Eau de parfum", 229), ("Colônia", 119), ("Body splash", 69))),
    Group("Maquiagem", 0.11, 100, (
        ("Batom", 45), ("Base líquida", 89), ("Blush", 59), ("Esmalte", 15),
        ("Máscara de cílios", 65)), SHADES),
    Group("Casa", 0.09, 60, (("Vela aromática", 79), ("Difusor de varetas", 99), ("Spray de ambiente", 59))),
    Group("Acessórios", 0.05, 0, (("Nécessaire", 89), ("Toalha de rosto", 49), ("Escova", 39)), COLORS),
    Group("Presentes", 0.03, 0, (("Kit presente", 189), ("Caixa de sabonetes", 69))),
)
# fmt: on


@dataclass(frozen=True)
class Catalogue:
    """The products as columns, ordered by group; position in the columns is the product's number.

    `price` in cents at the start, `launch` in days since the start (negative: before), `cycle` in days
    (0: none). `edges` are the positions at which each group starts, with the end; `weight` is the popularity
    added up over each group, from above 0 to 1.
    """

    code: list[str]
    name: list[str]
    group: list[str]
    brand: list[str]
    color: list[str | None]
    price: Ints
    launch: Ints
    cycle: Floats
    edges: Ints
    weight: Floats


def catalogue(count: int, start: date, days: int, rng: np.random.Generator) -> Catalogue:
    """About `count` products. Two thirds were there before the start; the rest are launched along the way."""
    columns: dict[str, list[object]] = {
        name: [] for name in ("name", "group", "brand", "color", "price", "cycle")
    }
    edges, weights, launches = [0], [], []
    for group in GROUPS:
        size = max(len(group.kinds), round(count * group.weight))
        for number in range(size):
            kind, price = group.kinds[number % len(group.kinds)]
            variant = number // len(group.kinds)
            shades = group.shades or SCENTS
            shade = shades[variant % len(shades)]
            brand = BRANDS[(variant // len(shades) + number) % len(BRANDS)]
            line = variant // len(shades) // len(BRANDS)
            columns["name"].append(f"{kind} {shade} {brand}" + (f" Linha {line + 1}" if line else ""))
            columns["group"].append(group.name)
            columns["brand"].append(brand)
            columns["color"].append(shade if group.shades else None)
            columns["price"].append(max(990, int(price * rng.lognormal(0, 0.25)) * 100 - 10))
            columns["cycle"].append(float(round(group.cycle * rng.lognormal(0, 0.25))))
        rank = rng.permutation(size)
        popularity = 1 / (rank + 3.0) ** 0.9
        weights.append(np.cumsum(popularity) / popularity.sum())
        launch = np.where(rng.random(size) < 0.67, -rng.integers(1, 1500, size), rng.integers(0, days, size))
        launch[0] = -900  # every group has one product that was always there
        launches.append(launch)
        edges.append(edges[-1] + size)
    return Catalogue(
        code=[f"P{number:05d}" for number in range(1, edges[-1] + 1)],
        name=[str(name) for name in columns["name"]],
        group=[str(name) for name in columns["group"]],
        brand=[str(name) for name in columns["brand"]],
        color=[None if name is None else str(name) for name in columns["color"]],
        price=np.array(columns["price"], dtype=np.int64),
        launch=np.concatenate(launches).astype(np.int64),
        cycle=np.array(columns["cycle"], dtype=np.float64),
        edges=np.array(edges, dtype=np.int64),
        weight=np.concatenate(weights),
    )
