"""Who: the person or company, how to reach them, and where they stand. One file a subject."""

from recompra.customers.keys import CustomerKey
from recompra.customers.models.contact import ContactAttempt, ContactPoint
from recompra.customers.models.person import Customer, ExternalId, title
from recompra.customers.models.standing import Refresh, RfmCuts, Standing

__all__ = [
    "ContactAttempt",
    "ContactPoint",
    "Customer",
    "CustomerKey",
    "ExternalId",
    "Refresh",
    "RfmCuts",
    "Standing",
    "title",
]
