from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class AccountsConfig(AppConfig):
    name = "recompra.accounts"
    door = Door(title=_("Accounts"), route="accounts/")
