"""The stores and the online shop, and who buys where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recompra.demo.catalogue import Ints
from recompra.demo.places import CITIES
from recompra.demo.purchases import Orders

ONLINE = 0  # the first store is the online shop


@dataclass(frozen=True)
class Stores:
    """The online shop first, then the stores. `of_city` gives for each city the stores nearest to it."""

    name: list[str]
    city: list[str]
    state: list[str]
    of_city: list[list[int]]


def stores(customers: int) -> Stores:
    """From 3 stores for a small shop to one in every district of every city for a chain."""
    wanted = int(np.clip(customers // 1000 + 3, 3, 60))
    places = [
        (city, district)
        for depth in range(5)
        for city in CITIES
        for district in city.districts[depth : depth + 1]
    ]
    chosen = places[:wanted]
    names = ["Loja online", *(f"{city.name} {district}" for city, district in chosen)]
    nearest = []
    for city in CITIES:
        here = [n for n, (place, _) in enumerate(chosen, 1) if place.name == city.name]
        same_state = [n for n, (place, _) in enumerate(chosen, 1) if place.state == city.state]
        nearest.append(here or same_state or [])
    return Stores(names, ["", *(c.name for c, _ in chosen)], ["", *(c.state for c, _ in chosen)], nearest)


def shops_of(bought: Orders, city: Ints, where: Stores, rng: np.random.Generator) -> Ints:
    """The store of each order: customers have one nearby, or none, and like the online shop more or less."""
    home = np.array(
        [rng.choice(where.of_city[c]) if where.of_city[c] else ONLINE for c in city], dtype=np.int64
    )
    likes_online = np.where(home == ONLINE, 1.0, rng.beta(0.5, 1.6, len(city)))
    elsewhere = rng.integers(1, len(where.name), len(bought.day))
    draw, stray = rng.random((2, len(bought.day)))
    known = bought.customer >= 0
    visited = np.where(stray < 0.06, elsewhere, home[bought.customer])
    shop = np.where(draw < likes_online[bought.customer], ONLINE, visited)
    return np.where(known, shop, elsewhere)
