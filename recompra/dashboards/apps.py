from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability
from recompra.theme.door import Door, MenuEntry
from recompra.work.every import Every


class DashboardsConfig(AppConfig):
    name = "recompra.dashboards"
    door = Door(
        title=_("Panel"),
        route="painel/",
        menu=(
            MenuEntry(_("Panel"), "layout-dashboard", "dashboards:panel", 10, Capability.SEE_PANEL),
            MenuEntry(
                _("Dashboard"),
                "chart-column",
                "dashboards:customers",
                12,
                Capability.SEE_PANEL,
                at_a_desk=True,
            ),
            MenuEntry(
                _("Analyses"), "chart-spline", "dashboards:analyses", 14, Capability.SEE_PANEL, at_a_desk=True
            ),
        ),
    )
    people_behind = {
        "dashboard": "recompra.dashboards.customers.people.behind",
        "analyses": "recompra.dashboards.analyses.people.behind",
    }
    audit_actions = {
        "export_tile": _("Table of the customer dashboard exported"),
        "export_analysis": _("Table of an analysis exported"),
    }
    clock = (Every("dashboards.reports", call="recompra.dashboards.report_file.sweep", minutes=60),)
