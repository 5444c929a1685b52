from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability
from recompra.theme.door import Door, MenuEntry
from recompra.work.every import Every


class CallsConfig(AppConfig):
    name = "recompra.calls"
    door = Door(
        title=_("To call today"),
        route="chamar/",
        menu=(MenuEntry(_("To call today"), "phone-outgoing", "calls:list", 22, Capability.SEE_CUSTOMERS),),
    )
    timeline = ("recompra.calls.story.told",)
    merges = ("recompra.calls.merging.calls",)
    retention = ("recompra.calls.kept.CALLS",)
    audit_actions = {
        "export_calls": _("List of customers to call exported"),
        "calls_dealt": _("Customers to call handed out"),
        "remarketing_rule": _("Rule of the time to write changed"),
    }
    clock = (
        Every("calls.poll", call="recompra.calls.wishes.poll", minutes=1),
        Every("calls.nightly", call="recompra.calls.wishes.nightly", at="05:10"),
    )
