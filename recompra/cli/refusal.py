"""How a refusal leaves the command line: its sentence on stderr and exit code 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from recompra.theme.refused import Refused


def pending_migrations() -> list[str]:
    """The migrations that the database does not have yet, as `room.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


@contextmanager
def told(ctx: click.Context) -> Iterator[None]:
    """Tell the person what was refused; a database that was never set up is a refusal too."""
    try:
        yield
    except Refused as refused:
        click.echo(refused.sentence, err=True)
        ctx.exit(1)
    except DatabaseError:
        if not pending_migrations():
            raise
        click.echo(_("The database is not ready. Run: recompra setup"), err=True)
        ctx.exit(1)
