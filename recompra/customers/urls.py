from django.urls import path

from recompra.customers import export, views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("buscar/", views.search, name="search"),
    path("exportar/", export.export, name="export"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/revelar/", views.reveal, name="reveal"),
]
