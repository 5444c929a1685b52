"""What this room holds about people, what for, and how long."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from recompra.customers.export import delete_left
from recompra.customers.roll import lists_with
from recompra.customers.xray.purchase_record import purchase_record
from recompra.theme.personal import Declared, Held, Row, columns, forget, rows_about

CONTRACT = _("art. 7, V: contract with the customer")
INTEREST = _("art. 7, IX: legitimate interest of the shop; consent where the shop asks for it (art. 7, I)")
WHILE_CUSTOMER = _("while the person is a customer; erased on request, or by the shop's retention rule")

PERSONAL = (
    Declared(
        columns("customers.Customer", "name name_key trade_name cpf cnpj rg rg_key public_id"),
        _("knowing who bought, and finding the record again"),
        CONTRACT,
        WHILE_CUSTOMER,
    ),
    Declared(
        columns("customers.Customer", "birth_date sex marital_status city state"),
        _("speaking to each customer in a fitting way"),
        INTEREST,
        WHILE_CUSTOMER,
    ),
    Declared(columns("customers.Customer", "street postcode"), _("delivery"), CONTRACT, WHILE_CUSTOMER),
    Declared(
        (
            *columns("customers.ContactPoint", "kind value match_key source origin use verified_at"),
            *columns("customers.ContactPoint", "verified_how legal_basis"),
        ),
        _("reaching the customer"),
        INTEREST,
        WHILE_CUSTOMER,
    ),
    Declared(
        (
            *columns("customers.Address", "kind street number complement district postcode city state"),
            *columns("customers.Address", "origin legal_basis"),
        ),
        _("delivery, billing and visits"),
        CONTRACT,
        WHILE_CUSTOMER,
    ),
    Declared(
        columns("customers.ContactPerson", "name role"),
        _("speaking to the right person of a company"),
        INTEREST,
        WHILE_CUSTOMER,
    ),
    Declared(
        (
            *columns("customers.Note", "kind text text_key edited_at deleted_at"),
            *columns("customers.NoteVersion", "kind text"),
        ),
        _("service: what colleagues must know of the customer"),
        INTEREST,
        WHILE_CUSTOMER,
    ),
    Declared(
        columns("customers.Mention", "read_at"),
        _("calling a colleague to a note, and knowing that they read it"),
        INTEREST,
        _("as long as the note"),
    ),
    Declared(
        (
            *columns("customers.CompanyRecord", "cnpj found"),
            *columns("customers.LookUp", "adapter question found"),
        ),
        _("completing a company's record from public sources; shown before anything is kept"),
        _("art. 7, IX and §§ 3 and 4: legitimate interest in data that the law makes public"),
        _("an answer until it expires (30 days); a published record while the company is a customer"),
    ),
    Declared(
        columns("customers.ExternalId", "source value"),
        _("recognising the customer in the shop's other systems"),
        CONTRACT,
        WHILE_CUSTOMER,
    ),
    Declared(
        columns("customers.Standing", "segment last_on first_on"),
        _("profile of purchases, explained on the page (art. 20)"),
        INTEREST,
        _("recomputed every night; goes with the record"),
    ),
    Declared(
        columns("customers.Membership", "program tier joined_on left_on source"),
        _("keeping what a loyalty programme owes its member, and speaking to members"),
        CONTRACT,
        WHILE_CUSTOMER,
    ),
    Declared(
        columns("customers.ContactAttempt", "channel reason"),
        _("not writing to the same person twice"),
        INTEREST,
        WHILE_CUSTOMER,
    ),
    Declared(
        columns("customers.ExportRoll", "people"),
        _("knowing, after an incident, who stood in a list that left the shop (art. 48)"),
        _("art. 7, II and VI: legal duty, and the exercise of rights"),
        _("as long as the entry of the access log"),
    ),
    Declared(
        columns("customers.Change", "origin reason fields names"),
        _("showing what was changed in the record, by whom and why, and taking it back"),
        _("art. 7, II and VI: legal duty to account for the record (art. 6, X), and the exercise of rights"),
        _("goes with the record"),
    ),
    Declared(
        (
            *columns("customers.Duplicate", "reasons status"),
            *columns("customers.Merge", "moved took order_keys"),
            *columns("customers.ApartDecision", "apart evidence reason"),
        ),
        _("keeping one record for one person, and undoing what was merged by mistake"),
        INTEREST,
        WHILE_CUSTOMER,
    ),
)
NOT_PERSONAL = frozenset(
    (
        *columns("customers.Customer", "apart"),
        *columns("customers.RfmCuts", "mode as_of recency_edges frequency_edges monetary_edges"),
        *columns("customers.Refresh", "reason as_of"),
        *columns("customers.CnpjReading", "files"),
        *columns("customers.DuplicateSearch", "reason capped"),
        *columns("customers.OwnDocument", "value"),
    )
)

HELD = (
    Held("customers.Mention", _("colleagues called to a note"), "note__customer"),
    Held("customers.NoteVersion", _("earlier versions of notes"), "note__customer"),
    Held("customers.Note", _("notes of colleagues")),
    Held("customers.ContactAttempt", _("conversations opened")),
    Held("customers.ContactPoint", _("phones and e-mails")),
    Held("customers.ContactPerson", _("people to speak to in the company")),
    Held("customers.Address", _("further addresses")),
    Held("customers.CompanyRecord", _("published record of the company")),
    Held("customers.LookUp", _("answers of outside sources")),
    Held("customers.Change", _("changes of the record")),
    Held("customers.Duplicate", _("records that may be the same person"), "first second"),
    Held("customers.Merge", _("records merged"), "kept gone"),
    Held("customers.ApartDecision", _("decisions to keep the record apart")),
    Held("customers.ExternalId", _("codes in other systems of the shop")),
    Held("customers.Membership", _("loyalty programmes")),
    Held("customers.Standing", _("where the customer stands today")),
    Held("customers.CustomerKey", _("link between the record and the purchases")),
    Held("customers.Customer", _("record"), "pk"),
)
"""Whatever refers to a table stands before it."""


def export(customer_id: int) -> dict[str, list[Row]]:
    """The tables, the exported lists in which the customer stood, and what the facts say under the
    customer's key: orders, items, scores, visits of the site, messages."""
    lists: dict[str, list[Row]] = {"customers.ExportRoll": lists_with(customer_id)}
    return rows_about(HELD, customer_id) | lists | purchase_record(customer_id)


def erase(customer_id: int) -> dict[str, int]:
    """Everything goes; the purchases stay as facts of nobody, for the key that led to them is torn."""
    return forget(HELD, customer_id)


def clear() -> dict[str, int]:
    """Delete lists that were being made when their process was killed."""
    return {"customers.files": delete_left()}
