from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.accounts.roles import Capability
from recompra.theme.door import Door, MenuEntry
from recompra.work.every import Every


class SegmentsConfig(AppConfig):
    name = "recompra.segments"
    door = Door(
        title=_("Segments"),
        route="segmentos/",
        menu=(
            MenuEntry(
                pgettext_lazy("page", "Search"),
                "user-search",
                "segments:search",
                25,
                Capability.SEE_CUSTOMERS,
            ),
            MenuEntry(_("Segments"), "funnel", "segments:list", 30, Capability.SEE_CUSTOMERS),
        ),
    )
    people_behind = {"offers": "recompra.segments.offers.people.behind"}
    audit_actions = {
        "view_list": _("List of people seen, without masks"),
        "reveal_list": _("Personal data of a list revealed"),
        "export_list": _("List of people exported"),
        "export_segments": _("List of segments exported"),
        "export_audience": _("Hashed audience exported"),
    }
    clock = (
        Every("segments.poll", call="recompra.segments.upkeep.fresh.poll", minutes=1),
        Every("segments.nightly", call="recompra.segments.upkeep.fresh.nightly", at="04:40"),
        Every("segments.lists", call="recompra.segments.export.file.sweep", minutes=60),
    )
