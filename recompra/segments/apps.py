from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability
from recompra.theme.door import Door, MenuEntry


class SegmentsConfig(AppConfig):
    name = "recompra.segments"
    door = Door(
        title=_("Segments"),
        route="segmentos/",
        menu=(MenuEntry(_("Segments"), "funnel", "segments:list", 30, Capability.SEE_CUSTOMERS),),
    )
