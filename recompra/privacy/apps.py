from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class PrivacyConfig(AppConfig):
    name = "recompra.privacy"
    door = Door(title=_("Privacy"), route="privacidade/")
