from django.urls import path

from recompra.customers import contact_tab, export, most_bought, recommended, views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("buscar/", views.search, name="search"),
    path("exportar/", export.export, name="export"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/contato/", contact_tab.contact, name="contact"),
    path("<uuid:public_id>/contato/revelar/", contact_tab.reveal, name="reveal"),
    path("<uuid:public_id>/recomendados/", recommended.recommended, name="recommended"),
    path("<uuid:public_id>/mais-comprados/", most_bought.most_bought, name="most_bought"),
]
