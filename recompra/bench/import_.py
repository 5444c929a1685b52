"""`recompra bench import`: a CSV of a million order lines against the engine's raw scan of the same file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.child import Measured, measured
from recompra.bench.table import Figure, answer
from recompra.demo.files import write
from recompra.demo.purchases import Law
from recompra.demo.shop import Shop
from recompra.theme.refused import Refused

UNTIL = date(2025, 12, 31)
LINES_PER_PERSON = 5.0  # of the law and period below
LAW = Law(rate_mean=1 / 150)
DAYS = 440


@click.command("import", help=_("Import a CSV: time against a raw scan of it, and peak memory."))
@click.option(
    "--people", default=200_000, show_default=True, type=click.IntRange(10), help=_("How many customers.")
)
@click.option("--home", type=click.Path(path_type=Path), help=_("Folder to work in; emptied first."))
@options.as_json
def import_(people: int, home: Path | None, as_json: bool) -> None:
    folder = home or Path(settings.RECOMPRA_HOME) / "bench" / "import"
    answer(list(figures(folder, people)), as_json)


def figures(folder: Path, people: int) -> Iterator[Figure]:
    """The four imports of the bench, each in its own process, with the scan of its file as reference."""
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    whole, quarter = files(folder, people, "whole"), files(folder, max(10, people // 4), "quarter")
    later = renumbered(whole, folder / "later.csv")
    measured(home, "setup", "--json")
    measured(folder / "quarter-home", "setup", "--json")
    small = brought(folder / "quarter-home", quarter)
    scanned = measured(home, str(whole), module="recompra.bench.scan").answer
    yield Figure(_("lines"), scanned["rows"], _("lines"))
    new = brought(home, whole)
    yield from against_scan(_("people new"), new.answer["import"], scanned, goal=20)
    yield from against_scan(_("scores of new people"), new.answer["refresh"], scanned)
    known = brought(home, later)
    yield from against_scan(_("people known"), known.answer["import"], scanned, goal=5)
    yield from against_scan(_("same file again"), brought(home, later).answer["import"], scanned)
    yield Figure(_("peak memory"), max(new.peak_mb, known.peak_mb), "MB", goal=1000)
    quarter_mb = small.peak_mb
    yield Figure(
        _("memory by file size"), new.peak_mb, "MB", quarter_mb, _("a quarter of the file"), goal=1.5
    )


def against_scan(
    name: str, took: dict[str, float], scanned: dict[str, float], goal: float | None = None
) -> Iterator[Figure]:
    """The time on the wall clock, held to the goal; and the CPU time, less moved by a busy machine."""
    yield Figure(name, took["seconds"], "s", scanned["seconds"], _("raw scan"), goal=goal)
    yield Figure(f"{name}, CPU", took["cpu"], "s", scanned["cpu"], _("raw scan"))


def files(folder: Path, people: int, name: str) -> Path:
    """The CSV of a shop whose customers buy about five lines each."""
    shop = Shop(people, 1, UNTIL, days=DAYS, law=LAW)
    return write(shop, folder / name).sales


def renumbered(path: Path, target: Path) -> Path:
    """The same file with other order numbers: new sales to known people."""
    with path.open(encoding="utf-8") as source, target.open("w", encoding="utf-8") as copy:
        copy.write(next(source))
        copy.writelines("B" + line for line in source)
    return target


def brought(home: Path, path: Path) -> Measured:
    """Import the file in a process of its own, and hold it to its counts."""
    done = measured(home, "bench", "bring", str(path))
    check(done.answer["report"])
    return done


def check(report: dict[str, Any]) -> None:
    """Raises Refused when the report does not reconcile."""
    parts = sum(report[part] for part in ("accepted", "unchanged", "quarantined", "duplicated"))
    if report["read"] != parts:
        raise Refused(_("The import does not reconcile: %(report)s") % {"report": report})
