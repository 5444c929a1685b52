"""`recompra models list`, `show` and `refresh`: which models are in force, what they are, fit them anew."""

from __future__ import annotations

import json
from typing import Any

import click
from django.utils.translation import gettext as _

from recompra.predictions import records, wishes
from recompra.predictions.commands.frame import as_json
from recompra.predictions.models import ModelRecord, PredictionRefresh
from recompra.theme.refused import Refused
from recompra.work.drain import finish


@click.command("list", help=_("The models in force: version, day, and whether their figures are shown."))
@as_json
def list_models(as_json: bool) -> None:
    found = list(records.in_force().values())
    if as_json:
        click.echo(json.dumps([brief(record) for record in found], ensure_ascii=False))
        return
    for record in found:
        shown = _("shown") if record.is_shown else _("hidden: %(reason)s") % {"reason": record.reason}
        click.echo(f"{record.name:16} v{record.version:<4} {record.as_of.isoformat()}  {shown}")


@click.command("show", help=_("A model as JSON: parameters, data and accuracy."))
@click.argument("name")
@click.option("--version", type=click.IntRange(min=1), help=_("Another version than the one in force."))
def show(name: str, version: int | None) -> None:
    versions = ModelRecord.objects.filter(name=name).order_by("-version")
    record = versions.filter(version=version).first() if version else versions.first()
    if record is None:
        known = ", ".join(sorted(records.in_force())) or "–"
        raise Refused(_("There is no such model. Models: %(known)s.") % {"known": known})
    told = brief(record) | {
        "parameters": record.parameters,
        "data": record.data,
        "accuracy": record.accuracy,
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@click.command("refresh", help=_("Fit every model on the stored sales and publish what it says, now."))
@as_json
def refresh(as_json: bool) -> None:
    row = finish(_asked())
    if row.status != PredictionRefresh.Status.DONE:
        raise Refused(row.sentence or _("The refresh did not end well: see the page of works."))
    if not row.version:
        raise Refused(_("There are no sales yet: bring them in with “recompra import”."))
    models = [brief(record) for record in records.in_force().values()]
    report: dict[str, Any] = {
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "customers": row.people,
        "models_version": row.models_version,
        "models": models,
    }
    told = _("%(customers)s customers as of %(as_of)s; models version %(models_version)s.") % report
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else told)


def _asked() -> PredictionRefresh:
    wishes.ask("person")
    return PredictionRefresh.objects.filter(status__in=PredictionRefresh.LIVE).order_by("-pk")[0]


def brief(record: ModelRecord) -> dict[str, Any]:
    """A record without its numbers."""
    return {
        "name": record.name,
        "version": record.version,
        "as_of": record.as_of.isoformat(),
        "fitted_at": record.fitted_at.isoformat(),
        "horizon_days": record.horizon_days,
        "active_days": record.active_days,
        "is_shown": record.is_shown,
        "reason": record.reason,
    }


MODELS: tuple[click.Command, ...] = (list_models, show, refresh)
