from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door


class DashboardsConfig(AppConfig):
    name = "recompra.dashboards"
    door = Door(title=_("Dashboards"), route="dashboards/")
