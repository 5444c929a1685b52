"""`recompra bench recommend`: the personal list of every customer, in time and memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.child import measured
from recompra.bench.rfm import facts
from recompra.bench.table import Figure, answer, timed

RUN = "recompra.bench.recommend_run"


@click.command("recommend", help=_("Recommend products to every customer: time and memory."))
@options.lines
@options.others_home
@options.as_json
def recommend(lines: int, home: Path | None, as_json: bool) -> None:
    made = Path(settings.RECOMPRA_HOME) / "bench" / "rfm" / str(lines)
    answer(list(figures(home or facts(made, lines))), as_json)


def figures(folder: Path) -> Iterator[Figure]:
    """Every figure, of one process."""
    found = measured(folder, str(folder.resolve()), module=RUN).answer
    yield Figure(_("customers"), found["customers"], _("customers"))
    titles = {
        "taken": _("what each customer took"),
        "products": _("figures and pairs of the products"),
        "personal": _("personal lists"),
    }
    yield from timed(found, titles)
    both = found["taken"]["seconds"] + found["personal"]["seconds"]
    yield Figure(_("personal lists of everybody, from the sales"), both, "s", goal=15)
    yield Figure(_("peak memory, recommendations"), found["peak_mb"], "MB")
