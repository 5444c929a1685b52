from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class ApiConfig(AppConfig):
    name = "recompra.api"
    door = Door(title=_("API"), route="api/")
    audit_actions = {
        "api_customers": _("Customers read through the API"),
        "api_customer": _("A customer read through the API"),
        "api_members": _("People of a segment read through the API"),
        "api_offers": _("What to offer whom read through the API"),
        "api_metric": _("Figures of customers read through the API"),
    }
