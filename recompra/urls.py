"""Each room is mounted at the route on its door card; log-in and second factor are django-allauth's."""

from django.apps import apps
from django.urls import include, path
from django.views.generic import RedirectView

from recompra.theme.door import doors

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="dashboards:panel"), name="home"),
    path("conta/", include("allauth.account.urls")),
    path("conta/sessoes/", include("allauth.usersessions.urls")),
    path("conta/segundo-fator/", include("allauth.mfa.urls")),
    *(path(door.route, include(f"{apps.get_app_config(label).name}.urls")) for label, door in doors()),
]
handler403 = "recompra.theme.errors.forbidden"
handler404 = "recompra.theme.errors.not_found"
handler500 = "recompra.theme.errors.server_error"
