"""`recompra bench duplicates`: a crowd with planted duplicates, searched in a process of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

from recompra.bench import options
from recompra.bench.bring import timed
from recompra.bench.child import measured
from recompra.bench.crowd import settle
from recompra.bench.table import Figure, answer
from recompra.customers.identity import search
from recompra.customers.models import Duplicate, DuplicateSearch, ExternalId
from recompra.work.drain import drain

TRUTH = "truth.json"


@click.command(help=_("Search for duplicates among planted ones: time, memory, precision and recall."))
@click.option(
    "--customers", default=1_000_000, show_default=True, type=click.IntRange(100), help=_("How many.")
)
@click.option("--home", type=click.Path(path_type=Path), help=_("Folder to work in; emptied first."))
@options.as_json
def duplicates(customers: int, home: Path | None, as_json: bool) -> None:
    folder = home or Path(settings.RECOMPRA_HOME) / "bench" / "duplicates"
    answer(list(figures(folder, customers)), as_json)


def figures(folder: Path, customers: int) -> Iterator[Figure]:
    """Register the crowd, search it, and compare what was found with the truth."""
    shutil.rmtree(folder, ignore_errors=True)
    measured(folder, "setup", "--json")
    measured(folder, "bench", "crowd", str(customers))
    took = measured(folder, "bench", "find")
    found = took.answer
    yield Figure(_("people"), found["people"], _("people"))
    yield Figure(_("pairs weighed"), found["pairs"], _("pairs"))
    yield Figure(_("search"), found["seconds"], "s", goal=60)
    yield Figure(_("search, CPU"), found["cpu"], "s")
    yield Figure(_("peak memory"), took.peak_mb, "MB", goal=1000)
    yield Figure(_("pairs in the queue"), found["queue"], _("pairs"))
    yield Figure(_("precision"), found["precision"], "", goal=0.95, at_least=True)
    yield Figure(_("recall"), found["recall"], "", goal=0.8, at_least=True)
    for kind, share in found["kinds"].items():
        yield Figure(f"{_('recall')}: {kind}", share, "")


@click.command(hidden=True, help=_("Used by “bench duplicates” in its own home."))
@click.argument("customers", type=int)
def crowd(customers: int) -> None:
    """Register the crowd and leave the truth beside it."""
    (Path(settings.RECOMPRA_HOME) / TRUTH).write_text(json.dumps(settle(customers, 1)))


@click.command(hidden=True, help=_("Used by “bench duplicates” in its own home."))
def find() -> None:
    """Search, and say how well the queue agrees with the truth."""
    search.request("person")
    _count, took = timed(lambda: drain(DuplicateSearch, raising=True))
    row = DuplicateSearch.objects.get()
    truth = json.loads((Path(settings.RECOMPRA_HOME) / TRUTH).read_text())
    click.echo(json.dumps(took | {"people": row.people, "pairs": row.pairs} | judged(truth)))


def judged(truth: list[tuple[str, str, str, bool]]) -> dict[str, object]:
    """How many pairs are in the queue, the share of true ones among them, and of the true ones found, also
    by kind."""
    ids = dict(ExternalId.objects.values_list("value", "customer_id"))
    same = {tuple(sorted((ids[one], ids[two]))): kind for one, two, kind, is_same in truth if is_same}
    pairs = set(Duplicate.objects.values_list("first", "second"))
    hits = [pair for pair in pairs if pair in same]
    kinds = sorted(set(same.values()))
    return {
        "queue": len(pairs),
        "precision": len(hits) / max(len(pairs), 1),
        "recall": len(hits) / max(len(same), 1),
        "kinds": {
            kind: sum(same[pair] == kind for pair in hits) / max(list(same.values()).count(kind), 1)
            for kind in kinds
        },
    }
