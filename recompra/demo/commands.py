"""`recompra demo`: a whole synthetic shop, to look at or to measure with."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.demo import opening, staff
from recompra.demo.files import LARGE, write
from recompra.demo.shop import Shop
from recompra.theme.refused import Refused


@click.command(help=_("Make a synthetic Brazilian shop, import it and say how to log in."))
@click.option(
    "--customers", default=2000, show_default=True, type=click.IntRange(1, 100_000_000), help=_("How many.")
)
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help=_("The same seed, the same shop.")
)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help=_("Last day of its three years; else yesterday.")
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=_("Folder for the files."))
@click.option(
    "--format", "form", type=click.Choice(["csv", "parquet"]), help=_("Of the sales file; large: parquet.")
)
@click.option("--dirt", is_flag=True, help=_("With the faults that real files have (CSV)."))
@click.option("--only-files", is_flag=True, help=_("Write the files and import nothing."))
@click.option("--serve", is_flag=True, help=_("Then serve the pages."))
@click.option("--port", default=8000, show_default=True, help=_("Port of --serve."))
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
@click.pass_context
def demo(
    ctx: click.Context,
    *,
    customers: int,
    seed: int,
    until: datetime | None,
    out: Path | None,
    form: str | None,
    dirt: bool,
    only_files: bool,
    serve: bool,
    port: int,
    as_json: bool,
) -> None:
    form = form or ("parquet" if customers > LARGE and not dirt else "csv")
    if dirt and form != "csv":
        raise Refused(_("Dirt is for CSV files only."))
    begun = time.perf_counter()
    shop = Shop(customers, seed, until.date() if until else yesterday(), twice=True)
    out = out or Path(settings.RECOMPRA_HOME) / "demo"
    answer: dict[str, Any] = {}
    if not only_files:
        opening.prepare()
        staff.guard()
    if only_files or not opening.opened():
        more, tell = customers <= LARGE, lambda done: show(done, customers)
        written = write(shop, out, form=form, dirt=dirt, more=more, told=tell)
        answer |= asdict(written) | {"files_seconds": round(time.perf_counter() - begun, 1)}
        if not only_files:
            step(_("Importing the sales and computing the scores…"))
            answer["import"] = opening.bring_in(written.sales, written.beside)
            step(_("Predicting who comes back, and whom to call…"))
            opening.look_ahead()
    if not only_files:
        answer["password"] = opening.password()
        answer["staff"] = [asdict(badge) for badge in staff.hire(answer["password"])]
    answer["seconds"] = round(time.perf_counter() - begun, 1)
    click.echo(json.dumps(answer, default=str, ensure_ascii=False) if as_json else told(answer, serve))
    if serve:
        house = ctx.find_root().command
        if isinstance(house, click.Group) and (command := house.get_command(ctx, "serve")):
            ctx.invoke(command, port=port)


def yesterday() -> date:
    """The last whole day of the shop."""
    return timezone.localdate() - timedelta(days=1)


def show(done: int, customers: int) -> None:
    """How far the making is."""
    end = "\n" if done == customers else "\r"
    step(_("%(done)d of %(all)d customers") % {"done": done, "all": customers}, end)


def step(what: str, end: str = "\n") -> None:
    """One line of progress, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(what + end, err=True, nl=False)


def told(answer: dict[str, Any], serving: bool) -> str:
    """The answer for a person."""
    parts = []
    if "sales" in answer:
        parts.append(
            _("%(customers)d customers, %(orders)d orders, %(lines)d lines: %(sales)s (the truth: %(truth)s)")
            % answer
        )
    if "staff" in answer:
        parts.append(_("Log in with the password %(password)s (shown only now) as:") % answer)
        for badge in answer["staff"]:
            store = f" ({badge['store']})" if badge["store"] else ""
            parts.append(f"  {badge['email']}  {badge['role']}{store}")
        if not serving:
            parts.append(_("The pages: recompra serve"))
    parts.append(_("Done in %(seconds)s s.") % answer)
    return "\n".join(parts)
