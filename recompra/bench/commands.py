"""`recompra bench`: the goals, measured on this machine."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from recompra.bench.accuracy import accuracy
from recompra.bench.bring import bring
from recompra.bench.duplicates import crowd, duplicates, find
from recompra.bench.export import export
from recompra.bench.import_ import import_
from recompra.bench.lists import lists
from recompra.bench.pages import pages
from recompra.bench.predict import predict
from recompra.bench.recommend import recommend
from recompra.bench.rfm import rfm
from recompra.bench.segments import segments
from recompra.bench.visits import visit


@click.group(help=_("Measure the goals on this machine, each against its reference in the same run."))
def bench() -> None:
    pass


for command in (
    import_,
    pages,
    rfm,
    segments,
    predict,
    accuracy,
    recommend,
    lists,
    export,
    bring,
    visit,
    duplicates,
    crowd,
    find,
):
    bench.add_command(command)
