from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class MessagingConfig(AppConfig):
    name = "recompra.messaging"
    door = Door(title=_("Messaging"), route="messaging/")
