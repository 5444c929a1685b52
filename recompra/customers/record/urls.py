from django.urls import path

from recompra.customers.record import change_list, change_views
from recompra.customers.record import views as register_views

urlpatterns = [
    path("novo/", register_views.new, name="new"),
    path("alteracoes/", change_list.all_changes, name="all_changes"),
    path("alteracoes/exportar/", change_list.export_changes, name="export_changes"),
    path("<uuid:public_id>/cadastro/", register_views.amend, name="amend"),
    path("<uuid:public_id>/cadastro/completude/", change_views.completeness, name="completeness"),
    path("<uuid:public_id>/alteracoes/", change_views.history, name="changes"),
    path("<uuid:public_id>/alteracoes/<int:pk>/desfazer/", change_views.undo_change, name="undo_change"),
]
