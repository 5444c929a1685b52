"""What can be done about a request elsewhere in the house, offered on its page in the order of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability, may
from recompra.privacy.models import PrivacyRequest
from recompra.privacy.requests.handle import needs_identity

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

K = PrivacyRequest.Kind


@dataclass(frozen=True)
class Offer:
    """`url_name` takes the customer's public id. `reveals`: not before the identity is checked."""

    label: StrPromise
    icon: str
    url_name: str
    capability: Capability
    reveals: bool = True


DOSSIER = Offer(_("Open the dossier"), "folder-open", "privacy:dossier", Capability.PRIVACY)
CORRECT = Offer(_("Correct the record"), "pencil", "customers:amend", Capability.EDIT_CUSTOMERS)
BLOCK = Offer(_("Block"), "ban", "privacy:block_customer", Capability.BLOCK, reveals=False)
REVOKE = Offer(
    _("Withdraw the consent"), "shield-off", "privacy:consents", Capability.SEE_CUSTOMERS, reveals=False
)
ERASE = Offer(_("Erase the person"), "eraser", "privacy:erase", Capability.PRIVACY)
LOOK = Offer(
    _("See the explained scores"), "gauge", "customers:detail", Capability.SEE_CUSTOMERS, reveals=False
)

OFFERS: dict[str, tuple[Offer, ...]] = {
    K.CONFIRMATION: (DOSSIER,),
    K.ACCESS: (DOSSIER,),
    K.CORRECTION: (CORRECT, DOSSIER),
    K.ANONYMISATION: (ERASE, DOSSIER),
    K.BLOCKING: (BLOCK,),
    K.DELETION: (ERASE, DOSSIER),
    K.PORTABILITY: (DOSSIER,),
    K.SHARING: (DOSSIER,),
    K.REFUSING: (),
    K.REVOCATION: (REVOKE, BLOCK),
    K.OPPOSITION: (REVOKE, BLOCK),
    K.REVIEW: (LOOK,),
}
"""Kind to what answers it, the first being the one that usually does."""


def actions(request: HttpRequest, found: PrivacyRequest) -> list[tuple[Offer, str]]:
    """(offer, address) for this person and this request; none while it is not known whose record it is."""
    if found.customer is None or not found.is_open:
        return []
    public_id, locked = found.customer.public_id, needs_identity(found)
    return [
        (offer, f"{address}?solicitacao={found.protocol}")
        for offer in OFFERS[found.kind]
        if may(request.user, offer.capability)
        and not (offer.reveals and locked)
        and (address := _address(offer.url_name, public_id))
    ]


def _address(url_name: str, public_id: object) -> str:
    try:
        return reverse(url_name, args=[public_id])
    except NoReverseMatch:
        return ""
