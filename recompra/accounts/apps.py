from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability
from recompra.theme.door import Door, MenuEntry
from recompra.work.every import Every


class AccountsConfig(AppConfig):
    name = "recompra.accounts"
    clock = (Every("accounts.sweep", call="recompra.accounts.sweep.sweep", at="02:50"),)
    door = Door(
        title=_("Team"),
        route="",
        menu=(
            MenuEntry(
                _("Team"), "shield-user", "accounts:staff", order=90, capability=Capability.MANAGE_STAFF
            ),
        ),
    )
