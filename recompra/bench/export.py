"""`recompra bench export`: everybody of a home as a file, in each format, and what a tenth of them takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.child import measured
from recompra.bench.table import Figure, answer

RUN = "recompra.bench.export_run"
MILLION = 1_000_000


@click.command("export", help=_("Write everybody of a home into a file: time and memory, against a tenth."))
@click.option(
    "--home", type=click.Path(path_type=Path), help=_("A home with people, such as one of “bench import”.")
)
@click.option(
    "--people", default=MILLION, show_default=True, type=click.IntRange(1_000), help=_("How many at most.")
)
@options.as_json
def export(home: Path | None, people: int, as_json: bool) -> None:
    answer(list(figures(home or Path(settings.RECOMPRA_HOME), people)), as_json)


def figures(home: Path, people: int) -> Iterator[Figure]:
    """Per format: seconds and CPU per million people, and the peak beside that of a tenth."""
    for kind in ("csv", "parquet", "xlsx"):
        few = measured(home, kind, str(people // 10), module=RUN)
        many = measured(home, kind, str(people), module=RUN)
        written = many.answer["people"]
        yield Figure(_("%(kind)s: people") % {"kind": kind}, written, "")
        scale = MILLION / max(written, 1)
        yield Figure(_("%(kind)s: a million") % {"kind": kind}, many.answer["seconds"] * scale, "s", goal=20)
        yield Figure(_("%(kind)s: a million, CPU") % {"kind": kind}, many.answer["cpu"] * scale, "s")
        yield Figure(
            _("%(kind)s: peak memory") % {"kind": kind},
            many.peak_mb, "MB", few.peak_mb, _("a tenth of them"), goal=1.25,
        )  # fmt: skip
