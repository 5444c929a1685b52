"""`recompra bench`: the goals, measured on this machine."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from recompra.bench.import_ import import_


@click.group(help=_("Measure the goals on this machine, each against its reference in the same run."))
def bench() -> None:
    pass


bench.add_command(import_)

COMMANDS: tuple[click.Command, ...] = (bench,)
