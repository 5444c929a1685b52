"""Stores as the files call them, turned into stores of the house."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recompra.accounts.models import Store
from recompra.ingest import person
from recompra.ingest.columns import plain
from recompra.ingest.desk import Desk
from recompra.ingest.words import ONLINE

MAIN = "main"


def resolve(desk: Desk) -> dict[str, Store]:
    """{store text of `lines`: the store}. A store never heard of is made; rows without one go to the store
    given for
    the run, else to the main store. In a dry run a new store has a number below zero and is not kept."""
    have = set(desk.columns("rows"))
    told = "SELECT DISTINCT name FROM shops_told WHERE store IN (SELECT store FROM lines) ORDER BY name"
    wanted = [name for (name,) in desk.run_sql(told)]
    details = _details(desk, have) if "store_code" in have else {}
    return {
        text: _store(desk, text, details.get(text, {}), -number)
        for number, text in enumerate(wanted, start=1)
    }


def _details(desk: Desk, have: set[str]) -> dict[str, dict[str, str]]:
    names = [name for name in ("store_name", "store_city", "store_state") if name in have]
    if not names:
        return {}
    latest = ", ".join(f"arg_max({name}, line)" for name in names)
    rows = desk.run_sql(
        f"SELECT store_code, {latest} FROM shops_told JOIN (SELECT shop, max(line) AS line FROM parsed "  # noqa: S608
        "GROUP BY shop) USING (shop) WHERE store_code IS NOT NULL GROUP BY store_code"
    )
    return {row[0]: dict(zip(names, (value or "" for value in row[1:]), strict=True)) for row in rows}


def _store(desk: Desk, text: str, details: dict[str, str], stand_in: int) -> Store:
    options = desk.run.options
    code = text or options.get("store") or MAIN
    name = details.get("store_name") or text or options.get("store") or _("Main store")
    values = {
        "name": name[:120],
        "is_online": bool(options.get("online"))
        or any(word in plain(name) for word in ONLINE if len(word) > 3),
        "city": details.get("store_city", "")[:80],
        "state": person.state(details.get("store_state")),
    }
    if desk.run.dry_run:
        return Store.objects.filter(code=code[:80]).first() or Store(pk=stand_in, code=code[:80], **values)
    return Store.objects.get_or_create(code=code[:80], defaults=values)[0]
