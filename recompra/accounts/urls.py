from django.urls import path

from recompra.accounts import opening

app_name = "accounts"
urlpatterns = [
    path("comecar/", opening.first_run, name="first_run"),
]
