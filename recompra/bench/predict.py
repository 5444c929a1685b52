"""`recompra bench predict`: summary, fit and score of every customer, in time and memory."""

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

RUN = "recompra.bench.predict_run"


@click.command("predict", help=_("Predict spend and risk of every customer: time and memory."))
@options.lines
@options.others_home
@options.as_json
def predict(lines: int, home: Path | None, as_json: bool) -> None:
    made = Path(settings.RECOMPRA_HOME) / "bench" / "rfm" / str(lines)
    answer(list(figures(home or facts(made, lines))), as_json)


def figures(folder: Path) -> Iterator[Figure]:
    """Every figure, of one process."""
    found = measured(folder, str(folder.resolve()), module=RUN).answer
    yield Figure(_("customers"), found["customers"], _("customers"))
    yield from timed(found, {"value": _("spend"), "churn": _("risk of loss")})
    both = found["value"]["seconds"] + found["churn"]["seconds"]
    yield Figure(_("summary, fit and score of everybody"), both, "s", goal=15)
    yield Figure(_("peak memory, predictions"), found["peak_mb"], "MB", goal=2000)
