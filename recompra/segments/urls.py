from django.urls import include, path

from recompra.segments import acts, views
from recompra.segments.builder import views as builder
from recompra.segments.builder import why_views as why
from recompra.segments.offers import views as offers

app_name = "segments"
urlpatterns = [
    path("", views.segments, name="list"),
    path("exportar/", views.export, name="export_list"),
    path("novo/", builder.new, name="new"),
    path("importar/", acts.bring_in, name="bring_in"),
    path("campos/", builder.choices, name="choices"),
    path("sugestoes/", builder.suggested, name="suggested"),
    path("por-que/<slug:rule>/", why.looked_for, name="why_search"),
    path("por-que/<slug:rule>/<uuid:public_id>/", why.of_person, name="why"),
    path("pesquisa/", include("recompra.segments.search.urls")),
    path("pessoas/", include("recompra.segments.found.urls")),
    path("ofertas/", offers.who_what, name="offers"),
    path("<uuid:segment>/", views.segment, name="segment"),
    path("<uuid:segment>/editar/", builder.edit, name="edit"),
    path("<uuid:segment>/copiar/", acts.copy, name="copy"),
    path("<uuid:segment>/arquivar/", acts.archive, name="archive"),
    path("<uuid:segment>/trazer-de-volta/", acts.bring_back, name="bring_back"),
    path("<uuid:segment>/pasta/", acts.move, name="move"),
    path("<uuid:segment>/regra.json", acts.as_file, name="json"),
]
