"""What a metric is, and the list of those present, found by looking into this folder.

A metric is a public function in a file of this folder that returns an Ibis table. Its positional parameters
of type `ir.Table` are the tables it reads, named as in `warehouse.schema` (or as another metric's answer:
`summary`); what is left are its parameters, of which `Annotated[str, WORDS]` may be one of these words. Its
docstring says what it counts, and the columns with their units; the first sentence is its title. It never
connects and never executes. A file that cannot be imported stops the start.

A metric whose answer nobody asks for, because only other metrics and the fitting of models read it, is marked
`@step`: the page, the list and the API keep it apart from what a person asks.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import ibis.expr.types as ir

import recompra.analytics as folder

_TABLE = (
    ir.Table,
    "ir.Table",
)  # as the annotation stands with or without `from __future__ import annotations`


Asked = TypeVar("Asked", bound=Callable[..., ir.Table])


def step(metric: Asked) -> Asked:
    """Mark a metric as one that only other computations read."""
    metric.__dict__["is_step"] = True
    return metric


@dataclass(frozen=True)
class Metric:
    """One metric: `tables` it reads and `parameters` it takes (name and default, as written), in order."""

    name: str
    file: str
    title: str
    text: str
    tables: tuple[str, ...]
    parameters: tuple[str, ...]
    compute: Callable[..., ir.Table]
    is_step: bool

    def described(self) -> dict[str, str | bool | list[str]]:
        """For a JSON answer."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.text,
            "tables": list(self.tables),
            "parameters": list(self.parameters),
            "step": self.is_step,
        }


@lru_cache(maxsize=1)
def metrics() -> tuple[Metric, ...]:
    """Every metric, by name."""
    found = [
        _metric(module.__name__.rpartition(".")[2], function)
        for module in (importlib.import_module(info.name) for info in _files())
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and inspect.signature(function).return_annotation in _TABLE
    ]
    return tuple(sorted(found, key=lambda metric: metric.name))


def markdown() -> str:
    """The page docs/metrics.md."""
    asked = [metric for metric in metrics() if not metric.is_step]
    steps = [metric for metric in metrics() if metric.is_step]
    return (
        "\n\n".join(
            [
                "# Metrics",
                "Made from the metrics' own docstrings; a test fails when this page differs from them. First "
                "what a person asks, last the [steps](#steps), which only other computations read.",
                *(part for metric in asked for part in _told(metric, "##")),
                "## Steps",
                "Marked `@step` in their files. They stand on this page so that a figure can be followed to "
                "its sources; the API does not answer them.",
                *(part for metric in steps for part in _told(metric, "###")),
            ]
        )
        + "\n"
    )


def _told(metric: Metric, heading: str) -> tuple[str, str, str]:
    reads = ", ".join(f"`{name}`" for name in metric.tables)
    takes = ", ".join(f"`{name}`" for name in metric.parameters) or "nothing else"
    found = f"Reads {reads}; takes {takes}. File: `{metric.file}.py`."
    return f"{heading} {metric.name}", metric.text, found


def _files() -> list[pkgutil.ModuleInfo]:
    return list(pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."))


def _metric(file: str, function: Callable[..., ir.Table]) -> Metric:
    text = inspect.getdoc(function)
    if not text:
        raise TypeError(f"the metric {function.__name__} has no docstring")
    given = inspect.signature(function).parameters.values()
    tables = tuple(one.name for one in given if one.annotation in _TABLE)
    others = tuple(
        one.name if one.default is one.empty else f"{one.name}={one.default}"
        for one in given
        if one.name not in tables
    )
    if not tables:
        raise TypeError(f"the metric {function.__name__} reads no table")
    title = " ".join(text.split("\n\n")[0].split()).split(". ")[0].rstrip(".")
    return Metric(
        function.__name__,
        file,
        title,
        text,
        tables,
        others,
        function,
        function.__dict__.get("is_step", False),
    )


if __name__ == "__main__":
    print(markdown(), end="")
