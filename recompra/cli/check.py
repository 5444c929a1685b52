"""`recompra check`: is everything as it must be? Each thing that is wrong is said with its mend."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import click
from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.cli.refusal import pending_migrations
from recompra.predictions.models import PredictionRefresh
from recompra.privacy.erasure import ledger
from recompra.privacy.models import ShopPrivacy
from recompra.segments.models import SegmentRefresh
from recompra.warehouse.engine import engine
from recompra.work.claim import kinds
from recompra.work.models import Due, Worker

FREE_BYTES = 1_000_000_000
SEEN_WITHIN = timedelta(seconds=60)
OLD_BACKLOG = timedelta(minutes=15)
OLD_PREDICTIONS = timedelta(days=2)
SQLITE_PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and when it is wrong, how to mend it.

    A warning asks to be mended too, and stops nothing.
    """

    name: str
    ok: bool
    found: str
    mend: str = ""
    warning: bool = False


@click.command(
    help=_("Look at configuration, databases, backlog and disk; say what is wrong and how to mend it.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
def check(as_json: bool) -> None:
    findings = list(look())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{_mark(finding)} {finding.name}: {finding.found}")
            if finding.warning or not finding.ok:
                click.echo("    " + _("Mend: %(mend)s") % {"mend": finding.mend})
    if not all(finding.ok for finding in findings):
        sys.exit(1)


def _mark(finding: Finding) -> str:
    if not finding.ok:
        return click.style("✗", fg="red")
    return click.style("!", fg="yellow") if finding.warning else click.style("✓", fg="green")


def look() -> Iterator[Finding]:
    """Every finding, in the order in which to mend them."""
    yield from configuration()
    yield disk()
    yield from guarded(_("Warehouse"), warehouse, _("Check WAREHOUSE_URL."))
    reached = list(guarded(_("Database"), database, _("Check DATABASE_URL and that the server runs.")))
    yield from reached
    if all(finding.ok for finding in reached):
        yield from work()
        yield privacy()
        yield segments()
        yield predictions()


def privacy() -> Finding:
    """Who answers for the data is published, as the law wants it (LGPD, art. 41)."""
    missing = ", ".join(ShopPrivacy.current().missing)
    return Finding(
        _("Privacy"),
        True,
        _("missing: %(what)s") % {"what": missing} if missing else ShopPrivacy.current().controller,
        _("Fill it in on the page Privacy, under Controller and officer."),
        warning=bool(missing),
    )


def segments() -> Finding:
    """The nightly comparison found the kept members right."""
    compared = SegmentRefresh.objects.filter(status=Due.Status.DONE, is_full=True).order_by("-pk").first()
    differed = compared.differed if compared else 0
    found = _("members as found from nothing")
    if compared is None:
        found = _("not compared yet")
    elif differed:
        found = _("%(count)d members were kept wrong, and are mended") % {"count": differed}
    return Finding(
        _("Segments"), True, found, _("Tell us: open an issue with this figure."), warning=bool(differed)
    )


def predictions() -> Finding:
    """Everything was predicted within two days, where there are sales at all."""
    ended = PredictionRefresh.objects.exclude(status__in=PredictionRefresh.LIVE).order_by("-pk")
    last = ended.filter(status=Due.Status.DONE).exclude(version="").first()
    newest = ended.first()
    found = _("nothing was predicted yet")
    if last is not None and last.as_of is not None:
        told = {"day": last.as_of.isoformat(), "count": last.people, "version": last.models_version}
        found = _("%(count)s customers as of %(day)s, models version %(version)s") % told
    is_late = bool(last and last.finished_at and last.finished_at < timezone.now() - OLD_PREDICTIONS)
    is_failed = newest is not None and newest.status == Due.Status.DEAD
    return Finding(
        _("Predictions"),
        True,
        found,
        _("Look at the page of works, or run: recompra models refresh"),
        warning=is_late or is_failed,
    )


def guarded(name: str, facts: Callable[[], Iterator[Finding]], mend: str) -> Iterator[Finding]:
    """The findings, or one that says that nothing could be found out."""
    try:
        yield from facts()
    except Exception as error:
        yield Finding(name, False, type(error).__name__, mend)


def configuration() -> Iterator[Finding]:
    """What Django has against the settings. Addresses are the code's: no installation changes them, and to
    look at them every page would be loaded."""
    tags = sorted(checks.registry.registry.tags_available() - {checks.Tags.urls})
    messages = [message for message in checks.run_checks(tags=tags) if not message.is_silenced()]
    wrong = [message for message in messages if message.level >= checks.ERROR]
    found = "; ".join(str(message.msg) for message in wrong) or settings.SETTINGS_MODULE
    hint = " ".join(str(message.hint or message.id) for message in wrong)
    yield Finding(_("Configuration"), not wrong, found, hint)


def disk() -> Finding:
    home = Path(settings.RECOMPRA_HOME)
    free = shutil.disk_usage(next(path for path in (home, *home.parents) if path.exists())).free
    found = _("%(gb).1f GB free in %(home)s") % {"gb": free / 1e9, "home": home}
    return Finding(_("Disk"), free >= FREE_BYTES, found, _("Free at least 1 GB, or move RECOMPRA_HOME."))


def warehouse() -> Iterator[Finding]:
    store = engine(settings.WAREHOUSE_URL)
    version = store.version()
    found = _("empty: nothing was imported yet")
    if version:
        rows = sum(store.check()["rows"].values())
        found = _("generation %(version)s, %(rows)d rows") % {"version": version, "rows": rows}
    yield Finding(_("Warehouse"), True, found)


def database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield Finding(_("Database"), True, f"{connection.display_name} {_server_version()}")
    if connection.vendor == "sqlite":
        yield pragmas()
    waits = ledger.is_pending()
    found = _("not done again since the restore") if waits else _("none waits to be done again")
    yield Finding(_("Erasures"), not waits, found, _("Run: recompra setup"))
    pending = pending_migrations()
    found = ", ".join(pending) or _("all applied")
    yield Finding(_("Migrations"), not pending, found, _("Run: recompra setup"))


def _server_version() -> str:
    return ".".join(str(part) for part in connection.get_database_version())


def pragmas() -> Finding:
    found = {}
    with connection.cursor() as cursor:
        for name in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    wrong = {name: value for name, value in found.items() if value != SQLITE_PRAGMAS[name]}
    shown = ", ".join(f"{name}={value}" for name, value in (wrong or found).items())
    return Finding(
        "SQLite", not wrong, shown, _("Keep the database on a local disk: WAL does not work over a network.")
    )


def work() -> Iterator[Finding]:
    now = timezone.now()
    waiting = dead = 0
    oldest = now
    for model in kinds():
        due = model._base_manager.filter(status=Due.Status.WAITING, due_at__lte=now)
        waiting += due.count()
        dead += model._base_manager.filter(status=Due.Status.DEAD).count()
        first = due.order_by("due_at").values_list("due_at", flat=True).first()
        oldest = min(oldest, first or now)
    age = now - oldest
    found = _("%(waiting)d waiting, the oldest for %(minutes)d min") % {
        "waiting": waiting,
        "minutes": age.total_seconds() // 60,
    }
    yield Finding(_("Backlog"), age < OLD_BACKLOG, found, _("Start a worker: recompra worker"))
    yield Finding(_("Failed work"), not dead, str(dead), _("Open the page Works: try again or discard."))
    seen = Worker.objects.filter(seen_at__gte=now - SEEN_WITHIN).count()
    yield Finding(_("Workers"), bool(seen or not waiting), str(seen), _("Start a worker: recompra worker"))
