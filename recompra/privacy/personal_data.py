"""What this room holds about people, what for, and how long."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recompra.customers.models import Customer
from recompra.privacy.models import Block
from recompra.privacy.requests import handle as requests
from recompra.theme.personal import Declared, Held, Row, columns, forget, plain, rows_about

RIGHTS = _("art. 7, II and VI: legal duty, and the exercise of rights")
PROOF = _("5 years after it is closed, as proof; without name, contact and words once the person is erased")

PERSONAL = (
    Declared(
        columns("privacy.Block", "cpf function reason until"),
        _("keeping the person out of what they do not want or may not have"),
        RIGHTS,
        _("while the block holds, then 5 years as proof; survives import, merge and erasure"),
    ),
    Declared(
        (
            *columns("privacy.ConsentEvent", "action purpose channel origin source evidence ip"),
            *columns("privacy.Consent", "purpose channel state"),
        ),
        _("knowing what the person agreed to or refused, and proving it"),
        _("art. 7, I and II: consent, and the duty to prove it (art. 8, §2)"),
        _("while it holds, then 5 years as proof"),
    ),
    Declared(
        (
            *columns("privacy.PrivacyRequest", "protocol kind channel name name_key contact asked"),
            *columns("privacy.PrivacyRequest", "received_on identity outcome refusal explanation letter"),
            *columns("privacy.RequestStep", "what text"),
        ),
        _("answering the requests of data subjects in time, and proving it"),
        RIGHTS,
        PROOF,
    ),
    Declared(
        (
            *columns("privacy.Incident", "number kind title circumstances categories risk damage measures"),
            *columns("privacy.Incident", "how_told why_not_told"),
            *columns("privacy.IncidentStep", "what text"),
            *columns("privacy.IncidentPerson", "found_by"),
        ),
        _("the register of incidents, and telling the people whom they touch"),
        RIGHTS,
        _("at least 5 years from the record (Res. CD/ANPD 15/2024, art. 10)"),
    ),
    Declared(
        columns("privacy.LegalHold", "reason until"),
        _("keeping what a claim or a court needs"),
        _("art. 7, II and VI: legal duty, and the exercise of rights in proceedings"),
        _("while the hold stands, then 5 years as proof"),
    ),
    Declared(
        columns("privacy.ShopPrivacy", "dpo_name dpo_contact"),
        _("publishing whom to ask about personal data (art. 41)"),
        _("art. 7, II: legal duty"),
        _("while the person is the officer"),
    ),
    Declared(
        (
            *columns("privacy.ErasedIdentifier", "kind digest"),
            *columns("privacy.Erasure", "uid public_id customers step receipt"),
        ),
        _("never taking in again who asked to be forgotten: keyed hashes, and numbers that lead nowhere"),
        RIGHTS,
        _("as long as the shop imports data, which could bring the person back"),
    ),
)
NOT_PERSONAL = frozenset(
    (
        *columns("privacy.ConsentText", "purpose text sha256"),
        *columns("privacy.PrivacyRequest", "alert_on due_on"),
        *columns("privacy.Incident", "due_on notice_until complement_on"),
        *columns("privacy.RetentionRule", "code"),
        *columns("privacy.RetentionRun", "code before sample"),
        *columns("privacy.ShopPrivacy", "controller cnpj city"),
        *columns("privacy.Operator", "name purpose shared country mechanism contact"),
    )
)

OUTCOME = _("the request and its outcome, without the person (LGPD arts. 16, I, 18 and 19)")
HELD = (
    Held("privacy.RequestStep", _("history of the requests"), "request__customer", kept=OUTCOME),
    Held("privacy.PrivacyRequest", _("requests of the person"), kept=OUTCOME),
    Held("privacy.IncidentPerson", _("incidents that touched the person")),
    Held("privacy.LegalHold", _("legal holds")),
    Held("privacy.Consent", _("where the person stands about each purpose")),
    Held("privacy.ConsentEvent", _("what the person agreed to and withdrew")),
    Held("privacy.Block", _("blocks")),
)
BLOCK = "privacy.Block"
GOES = tuple(one for one in HELD if not one.kept)


def export(customer_id: int) -> dict[str, list[Row]]:
    """Requests, consents, blocks: also those that stand on the CPF alone."""
    found = rows_about(HELD, customer_id)
    by_cpf = _blocks_by_cpf(customer_id).order_by("pk").values()
    found[BLOCK] += [{name: plain(value) for name, value in row.items()} for row in by_cpf]
    return found


def erase(customer_id: int) -> dict[str, int]:
    """A request keeps its protocol, kind, dates and outcome, and while it is open the way to answer it;
    everything else goes."""
    by_cpf, _tables = _blocks_by_cpf(customer_id).delete()
    gone = forget(GOES, customer_id)
    gone[BLOCK] += by_cpf
    return {"privacy.PrivacyRequest": requests.forget(customer_id)} | gone


def _blocks_by_cpf(customer_id: int) -> QuerySet[Block]:
    """The blocks of whoever has this customer's CPF."""
    cpf = Customer.objects.filter(pk=customer_id).values_list("cpf", flat=True).first()
    return Block.objects.filter(customer=None, cpf=cpf) if cpf else Block.objects.none()
