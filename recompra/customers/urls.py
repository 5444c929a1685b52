from django.urls import include, path

from recompra.customers import export, views
from recompra.customers.notes import views as note_views
from recompra.customers.xray import most_bought, most_bought_file, overview
from recompra.customers.xray.recommended import view as recommended

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("buscar/", views.search, name="search"),
    path("exportar/", export.export, name="export"),
    path("", include("recompra.customers.record.urls")),
    path("", include("recompra.customers.identity.urls")),
    path("<uuid:public_id>/", overview.overview, name="detail"),
    path("mencoes/", note_views.mentioned, name="mentions"),
    path("mencoes/lida/", note_views.read_mention, name="read_mention"),
    path("<uuid:public_id>/contato/", include("recompra.customers.contact.urls")),
    path("<uuid:public_id>/recomendados/", recommended.recommended, name="recommended"),
    path("<uuid:public_id>/mais-comprados/", most_bought.most_bought, name="most_bought"),
    path(
        "<uuid:public_id>/mais-comprados/arquivo/", most_bought_file.most_bought_file, name="most_bought_file"
    ),
]
