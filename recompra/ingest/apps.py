from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class IngestConfig(AppConfig):
    name = "recompra.ingest"
    door = Door(title=_("Ingest"), route="ingest/")
