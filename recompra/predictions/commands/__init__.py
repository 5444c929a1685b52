"""`recompra models`, and what this room adds to `recompra metrics`: a file a command, found by looking here.

A file may offer `MODELS`, commands of the group `models`, and `METRICS`, commands of the group `metrics`.
"""

from __future__ import annotations

import importlib
import pkgutil

import click
from django.utils.translation import gettext as _


@click.group(help=_("The models that predict: fit them, look at them, compute them anew."))
def models() -> None:
    pass


def _found(name: str) -> tuple[click.Command, ...]:
    files = sorted(info.name for info in pkgutil.iter_modules(__path__, f"{__name__}."))
    return tuple(command for file in files for command in getattr(importlib.import_module(file), name, ()))


for _command in _found("MODELS"):
    models.add_command(_command)

METRICS: tuple[click.Command, ...] = _found("METRICS")
"""For the group `metrics`, which a room above this one owns."""
