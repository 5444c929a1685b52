"""`recompra bench rfm`: the metrics and the warehouse against hand-written SQL, other libraries and a plain
copy."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options, rfm_peers
from recompra.bench.child import Measured, measured
from recompra.bench.facts import make_batch
from recompra.bench.table import Figure, answer
from recompra.theme.refused import Refused
from recompra.warehouse.duck import DuckEngine

RUN = "recompra.bench.rfm_run"


@click.command(
    "rfm", help=_("Score customers: time against hand-written SQL and other libraries, and memory.")
)
@options.lines
@click.option(
    "--peers",
    type=click.Path(exists=True, path_type=Path),
    help=_("Python of an environment with requirements/peers.txt."),
)
@options.home
@options.as_json
def rfm(lines: int, peers: Path | None, home: Path | None, as_json: bool) -> None:
    folder = home or Path(settings.RECOMPRA_HOME) / "bench" / "rfm"
    answer(list(figures(folder, lines, peers)), as_json)


def figures(folder: Path, lines: int, peers: Path | None) -> Iterator[Figure]:
    """Every figure; each measured thing runs in a process of its own, the best of five."""
    whole, tenth = facts(folder / str(lines), lines), facts(folder / str(lines // 10), lines // 10)
    both, ours = run(whole, "scores").answer, run(whole, "product")
    if both["ours"]["sum"] != both["hand"]["sum"]:
        raise Refused(_("The scores differ from those of the hand-written SQL."))
    yield Figure(_("customers"), ours.answer["rows"], _("customers"))
    for name, unit in ((_("scores"), "seconds"), (_("scores, CPU"), "cpu")):
        yield Figure(name, both["ours"][unit], "s", both["hand"][unit], _("hand-written SQL"), goal=1.2)
    yield timed(
        _("growth from a tenth"), ours, run(tenth, "product").answer["seconds"], _("a tenth of it"), goal=10
    )
    yield Figure(_("peak memory, scores"), ours.answer["peak_mb"], "MB", goal=1000)
    summary = run(whole, "summary")
    yield Figure(_("peak memory, summary"), summary.answer["peak_mb"], "MB", goal=1000)
    published = run(whole, "publish")
    yield timed(_("new generation"), published, published.answer["copy"], _("copy of the file"), goal=2)
    if peers:
        yield from against(peers, whole, summary, ours)
    else:
        yield timed(_("summary"), summary)


def against(peers: Path, folder: Path, summary: Measured, ours: Measured) -> Iterator[Figure]:
    """How many times faster than others we are: they read the same rows from Parquet files."""
    orders, lines = folder / "parquet" / "orders-1.parquet", folder / "parquet" / "items-1.parquet"
    yield faster(_("summary, times faster"), peer(peers, "summary", orders), "pandas", summary, goal=3)
    for name in ("lifetimes", "pymc-marketing"):
        yield faster(_("scores, times faster"), peer(peers, name, lines), name, ours, goal=10)
        given = _("%(library)s, given the orders") % {"library": name}
        yield faster(_("scores, times faster"), peer(peers, name, orders), given, ours)


def timed(
    name: str, done: Measured, reference: float | None = None, against: str = "", goal: float | None = None
) -> Figure:
    return Figure(name, done.answer["seconds"], "s", reference, against, goal)


def faster(
    name: str, other: dict[str, Any], against: str, ours: Measured, goal: float | None = None
) -> Figure:
    """The other's seconds over ours: at least the goal."""
    return Figure(
        f"{name}: {against}", other["seconds"], "s", ours.answer["seconds"], _("ours"), goal, at_least=True
    )


def facts(folder: Path, lines: int) -> Path:
    """The facts of so many lines, made once."""
    store = DuckEngine.at(f"duckdb:{folder / 'facts'}")
    if not store.version():
        store.apply(make_batch(folder / "parquet", lines))
    store.close()
    return folder


def run(folder: Path, what: str) -> Measured:
    return measured(folder, what, str(folder), module=RUN)


def peer(python: Path, what: str, path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [str(python), rfm_peers.__file__, what, str(path)], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise Refused(_("%(name)s failed in the peers' environment.") % {"name": what})
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
