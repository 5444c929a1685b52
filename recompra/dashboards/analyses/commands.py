"""`recompra metrics rfm-migration` and `rfm-backtest`: the analyses as of any days, as files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts.models import Store
from recompra.analytics.rfm_backtest import rfm_backtest
from recompra.analytics.rfm_migration import rfm_migration
from recompra.customers.identity.unseen import people_orders
from recompra.dashboards.analyses.asked import last_day
from recompra.dashboards.analyses.ruler import Ruler, ruler
from recompra.theme.formats import dshort
from recompra.theme.refused import Refused
from recompra.theme.spreadsheet import CONTENT_TYPES, Column, Kind, write
from recompra.warehouse.engine import Engine, engine

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
as_json = click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
in_store = click.option("--store", help=_("Code or name of one store; all when absent."))
to_file = click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help=_("File to write: .csv, .xlsx or .parquet."),
)  # fmt: skip
_INTEGER, _MONEY = Kind.INTEGER, Kind.MONEY
FLOW = (
    Column("segment_since"), Column("segment_until"), Column("customers", _INTEGER),
    Column("buyers", _INTEGER), Column("ltv_since", _MONEY), Column("ltv_until", _MONEY),
)  # fmt: skip
GROUP = (
    Column("measure"), Column("score"), Column("customers", _INTEGER), Column("buyers", _INTEGER),
    Column("orders", _INTEGER), Column("net", _MONEY), Column("share", Kind.SHARE),
    Column("per_customer", _MONEY), Column("lift", _MONEY),
)  # fmt: skip


@click.command(
    "rfm-migration",
    help=_(
        "Write who went from which RFM segment to which between two days, in people and R$, both days by the "
        "same cuts: those that the shop chose, else those of the second day."
    ),
)
@click.option("--from", "since", type=DAY, required=True, help=_("The first day."))
@click.option("--to", "until", type=DAY, help=_("The second day; today when absent."))
@in_store
@to_file
@as_json
def migration(
    since: datetime, until: datetime | None, store: str | None, output: Path, as_json: bool
) -> None:
    first, second = since.date(), until.date() if until else timezone.localdate()
    if second <= first:
        raise Refused(_("The first day must lie before the second one."))
    facts, stores = _opened(output), store_keys(store)
    ruled = ruler(facts, second)
    rows = facts.rows(
        rfm_migration(
            people_orders(), since=first, until=second, cuts=ruled.cuts, window_days=ruled.window_days,
            store_keys=stores,
        )
    )  # fmt: skip
    write(output, FLOW, _lines(rows, FLOW), machine=True)
    people = sum(row["customers"] for row in rows)
    report = {"from": first.isoformat(), "to": second.isoformat(), "customers": people, **_ruled(ruled)}
    _tell(report | {"flows": _plain(rows), "file": str(output)}, as_json=as_json)


@click.command(
    "rfm-backtest",
    help=_(
        "Write what each RFM segment and score of a past day bought in the days after it, by the cuts that "
        "the shop chose, else those of that day."
    ),
)
@click.option("--as-of", "as_of", type=DAY, required=True, help=_("The day of the scores."))
@click.option(
    "--days", type=click.IntRange(1, 3650), default=90, show_default=True, help=_("Days to judge by.")
)
@in_store
@to_file
@as_json
def backtest(as_of: datetime, days: int, store: str | None, output: Path, as_json: bool) -> None:
    day = as_of.date()
    facts, stores = _opened(output), store_keys(store)
    until = day + dt.timedelta(days=days)
    last = last_day(facts, timezone.localdate())
    if last is None or until > last:
        told = {"last": dshort(last), "until": dshort(until)}
        raise Refused(
            _("The sales known end on %(last)s: what was bought up to %(until)s is not all here yet.") % told
        )
    ruled = ruler(facts, day)
    rows = facts.rows(
        rfm_backtest(
            people_orders(), as_of=day, days=days, cuts=ruled.cuts, window_days=ruled.window_days,
            store_keys=stores,
        )
    )  # fmt: skip
    write(output, GROUP, _lines(rows, GROUP), machine=True)
    people = sum(row["customers"] for row in rows if row["measure"] == "all")
    report = {"as_of": day.isoformat(), "until": until.isoformat(), "customers": people, **_ruled(ruled)}
    _tell(report | {"groups": _plain(rows), "file": str(output)}, as_json=as_json)


def store_keys(wanted: str | None) -> frozenset[int] | None:
    """The key of the store with this code or this name; None: all."""
    if not wanted:
        return None
    named = Store.objects.filter(code=wanted) or Store.objects.filter(name__iexact=wanted)
    if len(named) != 1:
        known = ", ".join(Store.objects.values_list("code", flat=True))
        raise Refused(
            _("No store is called “%(wanted)s”. Stores: %(known)s.") % {"wanted": wanted, "known": known}
        )
    return frozenset((named[0].pk,))


def _opened(output: Path) -> Engine:
    """The facts, once it is sure that the answer can be written."""
    if output.suffix.removeprefix(".") not in CONTENT_TYPES:
        raise click.BadParameter(_("The file must end in .csv, .xlsx or .parquet."), param_hint="--output")
    facts = engine(settings.WAREHOUSE_URL)
    if not facts.version():
        raise Refused(_("There are no sales yet: bring them in with “recompra import”."))
    return facts


def _ruled(ruled: Ruler) -> dict[str, Any]:
    return {
        "cuts_version": ruled.version,
        "window_days": ruled.window_days,
        "recency_edges": ruled.cuts.recency,
        "frequency_edges": ruled.cuts.frequency,
        "monetary_edges": [str(edge) for edge in ruled.cuts.monetary],
    }


def _lines(rows: Sequence[dict[str, Any]], columns: Sequence[Column]) -> list[tuple[Any, ...]]:
    return [tuple(row[column.title] for column in columns) for row in rows]


def _plain(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in rows
    ]


def _tell(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(_("%(customers)s customers in %(file)s.") % report)


COMMANDS: tuple[click.Command, ...] = (migration, backtest)
