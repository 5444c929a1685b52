from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door, MenuEntry
from recompra.work.every import Every


class CustomersConfig(AppConfig):
    name = "recompra.customers"
    door = Door(
        title=_("Customers"),
        route="clientes/",
        menu=(MenuEntry(_("Customers"), "users", "customers:list", 20, "see_customers"),),
    )
    timeline = ("recompra.customers.timeline.purchases", "recompra.customers.timeline.contact_attempts")
    merges = (
        "recompra.customers.identity.moves.belongings",
        "recompra.customers.identity.moves.absorbed",
        "recompra.customers.identity.moves.contact_points",
        "recompra.customers.identity.moves.pairs",
    )
    clock = (Every("customers.refresh", call="recompra.customers.refresh.request_nightly", at="03:10"),)
