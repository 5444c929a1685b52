"""What a key of the API may do. An operation names the scope it needs; nothing else decides."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    SEGMENTS_READ = "segments:read", _("Read segments and count rules")
    SEGMENTS_WRITE = "segments:write", _("Make, change and archive segments")
    MEMBERS_READ = "members:read", _("Read who is in a segment")
    CUSTOMERS_READ = "customers:read", _("Read customers, documents and contacts masked")
    CUSTOMERS_PERSONAL = "customers:personal", _("See documents and contacts without masks")
    METRICS_READ = "metrics:read", _("Read metrics")
