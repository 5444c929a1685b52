from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class CustomersConfig(AppConfig):
    name = "recompra.customers"
    door = Door(title=_("Customers"), route="customers/")
