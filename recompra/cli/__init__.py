"""The `recompra` command. Exit codes: 0 done, 1 refused (the sentence on stderr), 2 wrong usage."""

from __future__ import annotations

import gettext
import os
import sys
from pathlib import Path
from typing import Any

import click
import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from recompra.cli.commands import COMMANDS


class House(click.Group):
    """The commands of every room, imported when one is asked for: only then must the settings be right."""

    is_set_up = False

    def set_up(self) -> None:
        """Make the settings, and with them the words of the help, ready."""
        if self.is_set_up:
            return
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recompra.settings")
        if not apps.ready:
            django.setup()
        self.help = _("Recompra, the retention CRM of Brazilian retail: bring customers back.")
        for option in self.params:
            if isinstance(option, click.Option) and option.name == "version":
                option.help = _("Show the version and exit.")
        self.is_set_up = True

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.set_up()
        super().format_help(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self.set_up()
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.add_command(import_string(COMMANDS[cmd_name]), cmd_name)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        self.set_up()
        from recompra.cli.refusal import told

        with told(ctx):
            return super().invoke(ctx)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="recompra", message="%(version)s")
def cli() -> None:
    """The group of all commands; its help is translated once the settings are there."""


def main() -> None:
    gettext.bindtextdomain("messages", Path(__file__).parent / "words")  # what click itself says
    os.environ.setdefault("LANGUAGE", "pt_BR")
    try:
        cli.main(prog_name="recompra")
    except ImproperlyConfigured as wrong:
        sys.exit(f"recompra: {wrong}")
