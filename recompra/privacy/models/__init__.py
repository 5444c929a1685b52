"""What a person may not be given or sent, what they agreed to and what they asked for. One file a subject."""

from recompra.privacy.models.block import Block
from recompra.privacy.models.consent import (
    STRICTNESS,
    Action,
    Channel,
    Consent,
    ConsentEvent,
    ConsentText,
    Purpose,
)
from recompra.privacy.models.erasure import ErasedIdentifier, Erasure
from recompra.privacy.models.incident import Incident, IncidentPerson, IncidentStep
from recompra.privacy.models.request import PrivacyRequest, RequestStep
from recompra.privacy.models.retention import LegalHold, RetentionRule, RetentionRun
from recompra.privacy.models.shop import Operator, ShopPrivacy

__all__ = [
    "STRICTNESS",
    "Action",
    "Block",
    "Channel",
    "Consent",
    "ConsentEvent",
    "ConsentText",
    "ErasedIdentifier",
    "Erasure",
    "Incident",
    "IncidentPerson",
    "IncidentStep",
    "LegalHold",
    "Operator",
    "PrivacyRequest",
    "Purpose",
    "RequestStep",
    "RetentionRule",
    "RetentionRun",
    "ShopPrivacy",
]
