from django.urls import path

from recompra.calls import export, rule, views

app_name = "calls"
urlpatterns = [
    path("", views.calls, name="list"),
    path("exportar/", export.export, name="export"),
    path("distribuir/", views.deal, name="deal"),
    path("regra/", rule.rule, name="rule"),
    path("resultado/", views.outcome, name="outcome"),
    path("<uuid:public_id>/", views.act, name="act"),
]
