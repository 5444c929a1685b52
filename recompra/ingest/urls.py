from django.urls import path

from recompra.ingest import quarantine_views, views

app_name = "ingest"
urlpatterns = [
    path("", views.start, name="start"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/cancelar/", views.cancel, name="cancel"),
    path("<int:pk>/responder/", views.answer, name="answer"),
    path("<int:pk>/separadas/", quarantine_views.rows, name="quarantine"),
    path("<int:pk>/separadas.csv", quarantine_views.download, name="quarantine_file"),
]
