from django.urls import path

from recompra.segments.search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("salvar/", views.save, name="search_save"),
    path("construtor/", views.build, name="search_build"),
]
