"""Who: the person or company, how to reach them, and where they stand. One file a subject."""

from recompra.customers.keys import CustomerKey
from recompra.customers.models.address import Address
from recompra.customers.models.apart import ApartDecision, OwnDocument
from recompra.customers.models.change import Change
from recompra.customers.models.company import ContactPerson
from recompra.customers.models.contact import OUTSIDE, ContactAttempt, ContactPoint, Origin
from recompra.customers.models.duplicate import Duplicate, DuplicateSearch, Merge, MergeOrders
from recompra.customers.models.enrichment import CnpjReading, CompanyRecord, LookUp
from recompra.customers.models.membership import Membership
from recompra.customers.models.note import Mention, Note, NoteVersion
from recompra.customers.models.person import Customer, ExternalId, title
from recompra.customers.models.remarketing import RemarketingRule
from recompra.customers.models.roll import ExportRoll
from recompra.customers.models.standing import Refresh, RfmCuts, Standing

__all__ = [
    "OUTSIDE",
    "Address",
    "ApartDecision",
    "Change",
    "CnpjReading",
    "CompanyRecord",
    "ContactAttempt",
    "ContactPerson",
    "ContactPoint",
    "Customer",
    "CustomerKey",
    "Duplicate",
    "DuplicateSearch",
    "ExportRoll",
    "ExternalId",
    "LookUp",
    "Membership",
    "Mention",
    "Merge",
    "MergeOrders",
    "Note",
    "NoteVersion",
    "Origin",
    "OwnDocument",
    "Refresh",
    "RemarketingRule",
    "RfmCuts",
    "Standing",
    "title",
]
