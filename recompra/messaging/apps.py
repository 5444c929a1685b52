from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import CustomerPanel, Door, MenuEntry


class MessagingConfig(AppConfig):
    name = "recompra.messaging"
    door = Door(
        title=_("Messages"),
        route="mensagens/",
        menu=(MenuEntry(_("Texts"), "message-square-text", "messaging:texts", 50, "decide"),),
        customer_panels=(
            CustomerPanel("messaging:action", "action", 10, "contact"),
            CustomerPanel("messaging:product_form", "product", 10, "contact"),
        ),
    )
