"""`recompra models fit`: one model fitted on the stored sales as of a day; nothing is kept."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
import ibis.expr.types as ir
import numpy as np
from django.utils.translation import gettext as _

from recompra.analytics.btyd.fit import LAWS, Fitted, fit
from recompra.analytics.btyd.gamma_gamma import FittedSpending, Spending, fit_spending
from recompra.analytics.btyd.histories import Floats, Histories
from recompra.analytics.purchase_history import purchase_history
from recompra.predictions.commands.frame import as_json, as_of, opened
from recompra.warehouse.contract import Desk

GAMMA_GAMMA = "gg"


@click.command("fit", help=_("Fit one model on the sales up to a day and print what it found."))
@click.option(
    "--model", required=True, type=click.Choice([*LAWS, GAMMA_GAMMA]), help=_("Which model to fit.")
)
@click.option(
    "--covariate",
    is_flag=True,
    help=_("Let the value of the first purchase tell the rate of buying (not with gg)."),
)
@click.option(
    "--all-purchases", is_flag=True, help=_("gg: of all purchases, not only of those after the first.")
)
@as_of
@as_json
def fit_model(
    model: str, covariate: bool, all_purchases: bool, as_of: datetime | None, as_json: bool
) -> None:
    if covariate and model == GAMMA_GAMMA:
        raise click.BadParameter(_("Gamma-Gamma has no covariate."), param_hint="--covariate")
    if all_purchases and model != GAMMA_GAMMA:
        raise click.BadParameter(_("This is for Gamma-Gamma alone."), param_hint="--all-purchases")
    with opened(as_of) as at:
        history = purchase_history(at.orders, as_of=at.asked.as_of, store_keys=at.asked.store_keys)
        if model == GAMMA_GAMMA:
            found: Fitted | FittedSpending = fit_spending(_spending(at.desk, history, all_purchases))
        else:
            found = fit(model, _histories(at.desk, history, covariate))
    told: dict[str, Any] = {
        "model": model,
        "as_of": at.asked.as_of.isoformat(),
        "customers": found.customers,
        "parameters": found.parameters,
        "log_likelihood": found.log_likelihood,
        "note": found.note,
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    for name, number in found.parameters.items():
        click.echo(f"{name:12} {number:.6g}")
    click.echo(_("%(customers)s customers as of %(as_of)s; log-likelihood %(log_likelihood).2f") % told)
    if found.note:
        click.echo(_("Note: %(note)s") % told)


def _histories(desk: Desk, history: ir.Table, covariate: bool) -> Histories:
    """The distinct histories in weeks; with the value of the first purchase where the covariate asks it."""
    key = ["repeats", "last_days", "age_days"]
    asked = history.mutate(first_cents=(history.first_spend * 100).cast("int64"))
    by = asked.group_by([*key, "first_cents"] if covariate else key)
    columns = _columns(desk, by.agg(customers=asked.count()))
    x, last, age = (columns[name] for name in key)
    spend = columns["first_cents"] / 100 if covariate else None
    return Histories(x, last / 7, age / 7, columns["customers"], spend)


def _spending(desk: Desk, history: ir.Table, all_purchases: bool) -> Spending:
    """Purchases of more than nothing: all, or those after the first day."""
    money = history.spend if all_purchases else history.spend - history.first_spend
    named = history.select(n=history.repeats + int(all_purchases), cents=(money * 100).cast("int64"))
    some = named.filter(named.n > 0, named.cents > 0)
    columns = _columns(desk, some.group_by("n", "cents").agg(customers=some.count()))
    return Spending(columns["n"], columns["cents"] / 100 / columns["n"], columns["customers"])


def _columns(desk: Desk, table: ir.Table) -> dict[str, Floats]:
    found = desk.run(table)
    return {name: found[name].to_numpy().astype(np.float64) for name in found.column_names}


MODELS: tuple[click.Command, ...] = (fit_model,)
