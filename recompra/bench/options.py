"""Options that several benches take."""

from __future__ import annotations

from pathlib import Path

import click
from django.utils.translation import gettext as _

lines = click.option(
    "--lines",
    default=10_000_000,
    show_default=True,
    type=click.IntRange(10_000),
    help=_("How many order lines."),
)
home = click.option(
    "--home", type=click.Path(path_type=Path), help=_("Folder to work in; its facts are used again.")
)
others_home = click.option(
    "--home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("Home whose sales are read, and not written to; made-up ones when absent."),
)
as_json = click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
