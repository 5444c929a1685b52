"""Who: the person or company, how to reach them, and where they stand. One file a subject."""

from recompra.customers.keys import CustomerKey
from recompra.customers.models.address import Address
from recompra.customers.models.change import Change
from recompra.customers.models.company import ContactPerson
from recompra.customers.models.contact import OUTSIDE, ContactAttempt, ContactPoint, Origin
from recompra.customers.models.enrichment import CnpjReading, CompanyRecord, LookUp
from recompra.customers.models.note import Mention, Note, NoteVersion
from recompra.customers.models.person import Customer, ExternalId, title
from recompra.customers.models.standing import Refresh, RfmCuts, Standing

__all__ = [
    "OUTSIDE",
    "Address",
    "Change",
    "CnpjReading",
    "CompanyRecord",
    "ContactAttempt",
    "ContactPerson",
    "ContactPoint",
    "Customer",
    "CustomerKey",
    "ExternalId",
    "LookUp",
    "Mention",
    "Note",
    "NoteVersion",
    "Origin",
    "Refresh",
    "RfmCuts",
    "Standing",
    "title",
]
