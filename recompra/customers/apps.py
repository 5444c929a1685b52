from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import CustomerPanel, Door, MenuEntry
from recompra.work.every import Every


class CustomersConfig(AppConfig):
    name = "recompra.customers"
    door = Door(
        title=_("Customers"),
        route="clientes/",
        menu=(MenuEntry(_("Customers"), "users", "customers:list", 20, "see_customers"),),
        customer_panels=(CustomerPanel("customers:completeness", "card", 20),),
    )
    timeline = (
        "recompra.customers.xray.timeline.purchases",
        "recompra.customers.xray.timeline.contact_attempts",
        "recompra.customers.notes.write.told",
        "recompra.customers.xray.loyalty.told",
        "recompra.customers.record.changes.timeline",
    )
    audit_actions = {
        "view": _("Personal data seen, without masks"),
        "merge": _("Records merged"),
        "unmerge": _("Merge undone"),
        "not_duplicates": _("Records called different people"),
        "apart": _("Record kept apart, or taken back"),
        "own_document": _("List of the shop's documents changed"),
        "export_duplicates": _("Possible duplicates exported"),
        "export_apart": _("Records kept apart exported"),
        "look_up": _("Public data looked up"),
        "export_changes": _("Changes of records exported"),
        "export_notes": _("Notes on a customer exported"),
        "export_most_bought": _("A customer's most bought products exported"),
    }
    merges = (
        "recompra.customers.identity.moves.belongings",
        "recompra.customers.identity.moves.absorbed",
        "recompra.customers.identity.moves.contact_points",
        "recompra.customers.identity.moves.memberships",
        "recompra.customers.identity.moves.pairs",
    )
    clock = (
        Every("customers.refresh", call="recompra.customers.refresh.request_nightly", at="03:10"),
        Every("customers.purge", call="recompra.customers.notes.write.purge", at="04:20"),
    )
