"""What an erasure's receipt says: what was deleted, what stays and by which article, where copies are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from recompra.privacy.dossier.dossier import held_tables, table_titles
from recompra.privacy.dossier.pdf import Paper
from recompra.privacy.models import Block, Erasure, ShopPrivacy
from recompra.theme import formats


@dataclass(frozen=True)
class Line:
    """One table: what it is called, how many rows, and why they stay ("" when they are gone)."""

    title: str
    count: int
    why: str = ""


@dataclass(frozen=True)
class Receipt:
    """`copies`: sentences about what is not in the house's own hands, or goes by itself."""

    deleted: list[Line]
    kept: list[Line]
    copies: list[str]
    identifiers: int


def receipt(row: Erasure) -> Receipt:
    """The receipt as far as the work has come."""
    titles, why = table_titles(), {one.model: str(one.kept) for one in held_tables() if one.kept}
    gone = {**row.receipt.get("deleted", {}), **row.receipt.get("files", {})}
    kept = [
        Line(titles.get(table, table), count, why.get(table, ""))
        for table, count in row.receipt.get("kept", {}).items()
        if count
    ]
    kept.append(
        Line(
            _("sales and totals, without any link to the person"), 0,
            _("exclusive use of the controller, anonymised (LGPD art. 16, IV)"),
        )
    )  # fmt: skip
    identifiers = row.identifiers.count()
    kept.append(
        Line(
            _("keyed hashes of documents and contacts, which cannot be read back"), identifiers,
            _("so that no import brings the person back (LGPD arts. 6, VII, and 18, VI)"),
        )
    )  # fmt: skip
    if functions := [code for code, _until in row.receipt.get("blocks", [])]:
        names = ", ".join(str(Block.Function(code).label) for code in functions)
        kept.append(
            Line(
                _("blocks beside the keyed hashes: %(functions)s") % {"functions": names}, len(functions),
                _("so that they hold again if the person comes back (LGPD arts. 6, VII, and 18, IX)"),
            )
        )  # fmt: skip
    deleted = [Line(titles.get(table, table), count) for table, count in gone.items() if count]
    return Receipt(deleted, kept, _copies(row), identifiers)


def _copies(row: Erasure) -> list[str]:
    day = formats.dlong(row.erased_at or row.created_at)
    found = [
        _(
            "Backups made before %(day)s still hold the data until they are thrown away. When one of them is "
            "put back, this erasure is done again before anybody can log in."
        )
        % {"day": day}
    ]
    if connection.vendor == "postgresql":
        found.append(
            _(
                "The log files of PostgreSQL (pg_wal, and archives of them) hold the data until the server "
                "recycles them."
            )
        )
    return found


def receipt_pdf(row: Erasure, now: datetime) -> bytes:
    """The receipt on paper: it names nobody."""
    found, shop = receipt(row), ShopPrivacy.current()
    paper = Paper(_("Receipt of erasure"))
    paper.quiet(_("Made at %(moment)s") % {"moment": formats.moment(now)})
    if shop.controller:
        paper.fact(_("controller"), shop.controller)
    if row.request:
        paper.fact(_("protocol"), row.request.protocol)
    paper.fact(_("code of the erasure"), str(row.uid))
    paper.fact(_("asked for at"), formats.moment(row.created_at))
    paper.fact(_("erased at"), formats.moment(row.erased_at))
    paper.heading(_("What was deleted"))
    for line in found.deleted:
        paper.fact(line.title, formats.num(line.count))
    paper.heading(_("What stays, and why"))
    for line in found.kept:
        paper.fact(line.title, line.why)
    paper.heading(_("Copies"))
    for sentence in found.copies:
        paper.text_line(sentence)
    return bytes(paper.output())
