"""The `recompra` command. Exit codes: 0 done, 1 refused (the sentence on stderr), 2 wrong usage."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured


class House(click.Group):
    """The commands of every room, fetched when one is asked for: only then must the settings be right."""

    def fetch(self) -> None:
        if self.commands:
            return
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recompra.settings")
        if not apps.ready:
            django.setup()
        from recompra.cli.commands import COMMANDS

        for command in COMMANDS:
            self.add_command(command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self.fetch()
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self.fetch()
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        self.fetch()
        from recompra.cli.refusal import told

        with told(ctx):
            return super().invoke(ctx)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="recompra", message="%(version)s")
def cli() -> None:
    """Recompra: o CRM de recompra do varejo brasileiro."""


def main() -> None:
    try:
        cli.main(prog_name="recompra")
    except ImproperlyConfigured as wrong:
        sys.exit(f"recompra: {wrong}")
