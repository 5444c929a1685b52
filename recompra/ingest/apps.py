from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability
from recompra.theme.door import Door, MenuEntry
from recompra.work.every import Every


class IngestConfig(AppConfig):
    name = "recompra.ingest"
    door = Door(
        title=_("Import"),
        route="importar/",
        menu=(MenuEntry(_("Import"), "upload", "ingest:start", 60, Capability.IMPORT),),
    )
    merges = ("recompra.ingest.merging.seen",)
    clock = (
        Every("ingest.sweep", call="recompra.ingest.sweep.sweep", at="04:20"),
        Every("ingest.publish", call="recompra.ingest.sweep.publish_left", minutes=5),
    )

    def ready(self) -> None:
        settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
