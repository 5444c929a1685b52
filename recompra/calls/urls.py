from django.urls import path

from recompra.calls import views

app_name = "calls"
urlpatterns = [
    path("", views.calls, name="list"),
]
