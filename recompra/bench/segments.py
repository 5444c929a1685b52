"""`recompra bench segments`: live counts, a hundred segments kept up to date, and how both grow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.child import Measured, measured
from recompra.bench.table import Figure, answer

RUN = "recompra.bench.segments_run"


@click.command("segments", help=_("Count rules and refresh a hundred segments: time, memory and growth."))
@options.lines
@options.home
@options.as_json
def segments(lines: int, home: Path | None, as_json: bool) -> None:
    folder = home or Path(settings.RECOMPRA_HOME) / "bench" / "segments"
    answer(list(figures(folder, lines)), as_json)


def figures(folder: Path, lines: int) -> Iterator[Figure]:
    """Every figure; what is measured runs in processes of their own, on facts of this size and of a tenth."""
    rows = run(folder, "make", lines).answer
    yield Figure(_("customers"), rows["people"], _("customers"))
    counted = run(folder, "count", lines).answer
    scan, fields, behaviours = (counted[name] for name in ("scan", "fields", "behaviours"))
    table = _("one scan of people")
    yield Figure(_("live count of fields, median"), fields["median"], "ms", goal=150)
    yield Figure(_("live count of fields, p95"), fields["p95"], "ms", goal=400)
    yield Figure(_("live count of fields, median"), fields["median"], "ms", scan, table)
    yield Figure(_("live count of purchases, median"), behaviours["median"], "ms", goal=800)
    yield Figure(_("live count of purchases, p95"), behaviours["p95"], "ms")
    found = run(folder, "refresh", lines).answer
    for name, title in (
        ("filled", _("100 segments filled")),
        ("again", _("100 segments, nothing changed")),
        ("later", _("100 segments, a week later")),
    ):
        yield Figure(title, found[name]["seconds"], "s", goal=10)
        yield Figure(_("%(what)s, CPU") % {"what": title}, found[name]["cpu"], "s", found["scan"], table)
    yield Figure(_("members of 100 segments"), found["later"]["members"], _("customers"))
    yield Figure(_("peak memory, segments"), found["peak_mb"], "MB", goal=1000)
    run(folder, "make", lines // 10)
    tenth = run(folder, "refresh", lines // 10).answer
    yield Figure(
        _("growth from a tenth, segments"),
        found["later"]["cpu"],
        "s",
        tenth["later"]["cpu"],
        _("a tenth of it"),
        goal=10,
    )


def run(folder: Path, what: str, lines: int) -> Measured:
    place = folder / str(lines)
    place.mkdir(parents=True, exist_ok=True)
    return measured(place, what, str(place), str(lines), module=RUN)
