"""Each room is mounted at the route on its door card; the log-in stands in `accounts/entrance.py`."""

from django.apps import apps
from django.urls import include, path

from recompra.accounts.home import home
from recompra.theme.door import doors

urlpatterns = [
    path("", home, name="home"),
    path("", include("recompra.accounts.entrance")),
    *(path(door.route, include(f"{apps.get_app_config(label).name}.urls")) for label, door in doors()),
]
handler400 = "recompra.theme.errors.bad_request"
handler403 = "recompra.theme.errors.forbidden"
handler404 = "recompra.theme.errors.not_found"
handler500 = "recompra.theme.errors.server_error"
