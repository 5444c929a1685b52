from django.urls import path

from recompra.dashboards import cuts, panel, report, works
from recompra.dashboards.customers import people, target_views
from recompra.dashboards.customers import views as customers

app_name = "dashboards"
urlpatterns = [
    path("", panel.panel, name="panel"),
    path("cortes/", cuts.cuts, name="cuts"),
    path("cortes/previa/", cuts.preview, name="cuts_preview"),
    path("cortes/salvar/", cuts.save, name="cuts_save"),
    path("relatorio-rfv/", report.report, name="report"),
    path("relatorio-rfv/<int:report_id>/arquivo/", report.report_file, name="report_file"),
    path("clientes/", customers.dashboard, name="customers"),
    path("clientes/metas/", target_views.targets, name="targets"),
    path("clientes/<slug:code>/", customers.tile, name="tile"),
    path("clientes/<slug:code>/arquivo/", customers.tile_file, name="tile_file"),
    path("clientes/<slug:code>/pessoas/", people.tile_people, name="tile_people"),
    path("trabalhos/", works.works, name="works"),
]
