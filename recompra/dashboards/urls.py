from django.urls import path

from recompra.dashboards import cuts, panel, report, works

app_name = "dashboards"
urlpatterns = [
    path("", panel.panel, name="panel"),
    path("cortes/", cuts.cuts, name="cuts"),
    path("cortes/previa/", cuts.preview, name="cuts_preview"),
    path("cortes/salvar/", cuts.save, name="cuts_save"),
    path("relatorio-rfv/", report.report, name="report"),
    path("relatorio-rfv/<int:report_id>/arquivo/", report.report_file, name="report_file"),
    path("trabalhos/", works.works, name="works"),
]
