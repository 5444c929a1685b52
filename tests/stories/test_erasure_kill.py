"""kill -9 at every boundary of an erasure: it ends clean, with one piece of evidence (C11)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.house.scanner import Scanner
from tests.places import Place

PEOPLE = 36
"""More than there are boundaries: the last ones are erased without being killed."""
HEADER = "pedido;data;cliente_id;nome;cpf;email;celular;valor"


def cpf(number: int) -> str:
    """A true CPF."""
    digits = [int(digit) for digit in f"{100_000_000 + number * 7_919:09}"]
    for first in (10, 11):
        rest = (
            sum(digit * weight for digit, weight in zip(digits, range(first, 1, -1), strict=True)) * 10 % 11
        )
        digits.append(rest % 10)
    return "".join(map(str, digits))


def write_file(path: Path) -> dict[str, str]:
    """Two sales of each person, one of them broken; the identifiers of all."""
    lines, told = [HEADER], {}
    for number in range(1, PEOPLE + 1):
        contact = f"pessoa{number:03}@exemplo.org;4199{7_000_000 + number}"
        who = f"cod-{number:05};Pessoa {number:03};{cpf(number)};{contact}"
        lines += [f"{number};13/01/2024;{who};10,00", f"{number + 500};99/99/2024;{who};10,00"]
        told |= {f"cpf {number}": cpf(number), f"email {number}": f"pessoa{number:03}@exemplo.org"}
        told |= {f"phone {number}": f"99{7_000_000 + number}", f"code {number}": f"cod-{number:05}"}
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return told


@pytest.mark.slow
def test_killed_at_every_boundary_it_still_forgets(tmp_path: Path, place: Place) -> None:
    told = write_file(tmp_path / "vendas.csv")
    lines = place.drill("erasure_drill", str(tmp_path / "vendas.csv"), str(PEOPLE))
    left: dict[str, Any] = json.loads(lines[-1])
    assert left["calm"] >= 1, "the last boundary was passed"
    assert left["killed"] >= 20
    assert left["killed"] + left["calm"] == PEOPLE
    assert set(left["rows"].values()) == {0}
    assert left["states"] == [["done", "proved"]]
    assert (left["erasures"], left["evidence"], left["ledger"]) == (PEOPLE, PEOPLE, PEOPLE)
    assert len(left["receipts"]) == 1, "what was deleted is counted once, however often it was begun"
    assert left["hashes"] == left["ledger_hashes"] == PEOPLE * 4
    assert left["log_breaks"] is None
    assert (left["orders"], left["net"]) == (PEOPLE, "360.00"), "orders and totals stay"
    hits, count = Scanner(told).tree(place.home)
    assert count > 5
    assert hits == []
