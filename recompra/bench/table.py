"""How a bench answers: rows of figures with what they are measured against and the goal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Figure:
    """One measured thing.

    `value` in `unit`; `reference` is what it is compared with in the same run and unit, `ratio` their
    quotient. `goal` is the most (`at_least`: the least) that the ratio may be, or the value where there is no
    reference.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    against: str = ""
    goal: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.goal is None:
            return None
        compared = self.value if self.ratio is None else self.ratio
        return compared >= self.goal if self.at_least else compared <= self.goal


def timed(found: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[Figure]:
    """Seconds and seconds of CPU of each part that a run measured (`seconds`, `cpu` by its name)."""
    for name, title in titles.items():
        yield Figure(title, found[name]["seconds"], "s")
        yield Figure(_("%(what)s, CPU") % {"what": title}, found[name]["cpu"], "s")


def answer(figures: Iterable[Figure], as_json: bool) -> None:
    """Print the figures as JSON or as a table."""
    found = list(figures)
    if as_json:
        click.echo(json.dumps([asdict(one) | {"ratio": one.ratio, "met": one.met} for one in found]))
        return
    head = (_("figure"), _("value"), _("reference"), _("ratio"), _("goal"), "")
    rows = [head, *(shown(figure) for figure in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        click.echo(line(row, widths))


def shown(figure: Figure) -> Sequence[str]:
    goal = "" if figure.goal is None else f"{'≥' if figure.at_least else '≤'} {figure.goal:g}"
    reference = "" if figure.reference is None else f"{told(figure.reference)} {figure.unit} {figure.against}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    mark = {None: "", True: "✓", False: "✗"}[figure.met]
    return figure.name, f"{told(figure.value)} {figure.unit}", reference, ratio, goal, mark


def told(value: float) -> str:
    """Four digits that count, and no power of ten."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
