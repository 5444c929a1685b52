from django.urls import path

from recompra.dashboards import cuts, panel, report, works
from recompra.dashboards.analyses import accuracy, models
from recompra.dashboards.analyses import people as analysis_people
from recompra.dashboards.analyses import views as analyses
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
    path("analises/", analyses.analyses, name="analyses"),
    path("analises/precisao/", accuracy.accuracy, name="accuracy"),
    path("analises/precisao/arquivo/", accuracy.accuracy_file, name="accuracy_file"),
    path("analises/modelos/", models.models, name="models"),
    path("analises/modelos/calcular/", models.compute, name="models_compute"),
    path("analises/modelos/parar/<int:pk>/", models.stop, name="model_stop"),
    path("analises/modelos/<slug:name>/", models.model, name="model"),
    path("analises/modelos/<slug:name>/arquivo/", models.model_file, name="model_file"),
    path("analises/<slug:code>/", analyses.analysis, name="analysis"),
    path("analises/<slug:code>/arquivo/", analyses.analysis_file, name="analysis_file"),
    path("analises/<slug:code>/pessoas/", analysis_people.analysis_people, name="analysis_people"),
    path("trabalhos/", works.works, name="works"),
]
