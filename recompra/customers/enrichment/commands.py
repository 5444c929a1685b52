"""`recompra enrich`: public data about companies, brought in for look-ups."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from recompra.customers.enrichment import published
from recompra.customers.models import CnpjReading
from recompra.theme.formats import num
from recompra.theme.refused import Refused
from recompra.work.drain import finish


@click.group(help=_("Public data about companies that are customers."))
def enrich() -> None:
    pass


@enrich.command("import-cnpj", help=_("Read the CNPJ files published by Receita Federal (zip or CSV)."))
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
def import_cnpj(paths: tuple[Path, ...], as_json: bool) -> None:
    reading = finish(published.request(paths))
    if reading.status != CnpjReading.Status.DONE:
        raise Refused(reading.error or _("The reading was cancelled."))
    report = {"files": len(reading.files), "rows": reading.rows, "companies": reading.companies}
    if as_json:
        click.echo(json.dumps(report))
        return
    words = {name: num(value) for name, value in report.items()}
    click.echo(_("%(files)s files, %(rows)s rows read; %(companies)s of your companies are in them.") % words)
