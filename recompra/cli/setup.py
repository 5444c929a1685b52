"""`recompra setup`: everything that must be there before the first page, and again after every update."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils.translation import gettext as _

from recompra.accounts.first_run import awaits_owner, create_owner, issue_code
from recompra.privacy.erasure import ledger
from recompra.privacy.erasure.replay import replay
from recompra.segments import ready
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine

WORDS = "abcdefghijkmnopqrstuvwxyz23456789"


@click.command(help=_("Prepare the databases and the first access. Safe to run again, as after an update."))
@click.option("--owner-email", help=_("E-mail of the first owner."))
@click.option("--owner-name", default="", help=_("Name of the first owner."))
@click.option(
    "--owner-password", envvar="RECOMPRA_OWNER_PASSWORD", help=_("Password; when absent one is made.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON."))
def setup(owner_email: str | None, owner_name: str, owner_password: str | None, as_json: bool) -> None:
    prepare()
    answer: dict[str, object] = {"home": str(settings.RECOMPRA_HOME), "owner": None}
    if owner_email and awaits_owner():
        password = owner_password or new_password()
        owner = create_owner(owner_email, owner_name or owner_email.partition("@")[0], password)
        answer |= {"owner": owner.email, "password": None if owner_password else password}
    elif owner_email:
        raise Refused(_("This shop already has its owner: invite people on the page “Team”."))
    elif awaits_owner():
        answer["code"] = issue_code()
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(_("Ready in %(home)s.") % {"home": answer["home"]})
    if answer.get("password"):
        click.echo(_("Log in as %(owner)s with the password (shown only now): %(password)s") % answer)
    if answer.get("code"):
        click.echo(_("Start “recompra serve”, open /comecar/ and give this installation code:"))
        click.echo(answer["code"])


def prepare() -> None:
    """Make the home, migrate, make the cache table, gather the static files, make the empty warehouse
    and the ready segments.

    After a restore also forget again who was erased since the backup."""
    home = Path(settings.RECOMPRA_HOME)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    gather_static_files()
    facts = engine(settings.WAREHOUSE_URL)
    if facts.version():
        facts.upgrade()
    if ledger.is_pending():
        replay()
    ready.make()


def gather_static_files() -> None:
    """Run `collectstatic`, unless the files are those of the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    now = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(now)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()


def new_password() -> str:
    """Sixteen letters and digits in four groups, easy to read aloud: 80 bits."""
    return "-".join("".join(secrets.choice(WORDS) for _i in range(4)) for _group in range(4))
