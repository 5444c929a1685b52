"""`recompra bench pages`: server time of the pages over a large base, quiet and while an import runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.child import measured
from recompra.bench.table import Figure, answer
from recompra.demo.commands import yesterday
from recompra.demo.files import write
from recompra.demo.shop import Shop

NEWCOMERS = 20_000
SMALL = 2000  # customers of the base that shows what growth costs


@click.command(help=_("Visit the pages over a large base: median and 95th percentile of the server time."))
@click.option(
    "--customers", default=1_000_000, show_default=True, type=click.IntRange(100), help=_("In the base.")
)
@click.option(
    "--requests", default=100, show_default=True, type=click.IntRange(5), help=_("Visits to each page.")
)
@click.option("--home", type=click.Path(path_type=Path), help=_("Folder to keep the base in, used again."))
@options.as_json
def pages(customers: int, requests: int, home: Path | None, as_json: bool) -> None:
    folder = home or Path(settings.RECOMPRA_HOME) / "bench" / f"pages-{customers}"
    answer(list(figures(folder, customers, requests)), as_json)


def figures(folder: Path, customers: int, requests: int) -> Iterator[Figure]:
    """Build the base when it is not there, then visit it."""
    built = base(folder, customers)
    yield Figure(_("base: lines"), built["lines"], _("lines"))
    yield Figure(_("base: built in"), built["seconds"], "s")
    yield Figure(_("base: peak memory"), built["peak_mb"], "MB", goal=1000)
    small = visited(folder / "small", min(customers, SMALL), requests)
    quiet = visited(folder, customers, requests)
    first = quiet.pop("first_load")
    middle, bad, growth = _("median"), _("bad answers"), _("growth")
    for page, found in quiet.items():
        name, small_base = _(page), _("a small base")
        usual, slowest = goals(page)
        yield Figure(f"{name}: {middle}", found["median"], "ms", goal=usual)
        yield Figure(f"{name}: p95", found["p95"], "ms", goal=slowest)
        yield Figure(f"{name}: CPU", found["cpu"], "ms", small[page]["cpu"], small_base)
        yield Figure(f"{name}: {growth}", found["median"], "ms", small[page]["median"], small_base)
        yield Figure(f"{name}: {bad}", len(found["bad"]), "", goal=0)
    yield Figure(_("first load"), sum(first.values()) / 1000, "KB", goal=100)
    busy = measured(folder, "bench", "visit", "--during", str(newcomers(folder))).answer
    meanwhile = _("during an import")
    for page, found in busy.items():
        yield Figure(f"{_(page)}, {meanwhile}: max", found["max"], "ms", goal=1000)
        yield Figure(f"{_(page)}, {meanwhile}: {bad}", len(found["bad"]), "", goal=0)


def goals(page: str) -> tuple[int | None, int | None]:
    """The most ms that a visit to a page may take at the median and at the 95th percentile."""
    if page.startswith("tile"):
        return None, None
    if page.startswith(("panel", "dashboard")):
        return 300, None
    return 50, 100 if page.startswith("search") else 150


def visited(folder: Path, customers: int, requests: int) -> dict[str, Any]:
    """What visits to every page of a base took."""
    base(folder, customers)
    found: dict[str, Any] = measured(folder, "bench", "visit", "--requests", str(requests)).answer
    return found


def base(folder: Path, customers: int) -> dict[str, Any]:
    """What building the base took; it is built once, by the demonstration's own command."""
    told = folder / "built.json"
    measured(folder, "setup", "--json")
    if not told.exists():
        made = measured(folder, "demo", "--customers", str(customers), "--json")
        facts = {"seconds": made.seconds, "peak_mb": made.peak_mb, "lines": made.answer["lines"]}
        told.write_text(json.dumps(facts | {"import": made.answer["import"]}))
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def newcomers(folder: Path) -> Path:
    """A file of 20,000 people that the base has not seen, others each time."""
    first = 10_000_000 + NEWCOMERS * len(list((folder / "newcomers").glob("*")))
    return write(
        Shop(NEWCOMERS, 2, yesterday(), days=365, first=first), folder / "newcomers" / str(first)
    ).sales
