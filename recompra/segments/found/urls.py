from django.urls import path

from recompra.segments.export import views as export
from recompra.segments.found import views

urlpatterns = [
    path("", views.found, name="found"),
    path("buscar/", views.search, name="found_search"),
    path("revelar/", views.reveal, name="found_reveal"),
    path("colunas/", views.columns, name="found_columns"),
    path("levar/", export.export, name="export"),
    path("listas/", export.lists, name="lists"),
    path("listas/<int:pk>/arquivo/", export.list_file, name="list_file"),
    path("listas/<int:pk>/cancelar/", export.cancel, name="list_cancel"),
    path("listas/<int:pk>/", export.progress, name="list_progress"),
]
