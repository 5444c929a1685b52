"""Below the tab *Contato* of a customer."""

from django.urls import path

from recompra.customers.contact import address_views, enrichment_views, point_views
from recompra.customers.contact import tab as contact_tab
from recompra.customers.notes import export as note_export
from recompra.customers.notes import views as note_views

urlpatterns = [
    path("", contact_tab.tab, name="contact"),
    path("revelar/", contact_tab.reveal, name="reveal"),
    path("novo/", point_views.add_point, name="add_point"),
    path("<int:pk>/", point_views.edit_point, name="edit_point"),
    path("<int:pk>/remover/", point_views.remove_point, name="remove_point"),
    path("<int:pk>/preferir/", point_views.prefer_point, name="prefer_point"),
    path("<int:pk>/confirmar/", point_views.confirm_point, name="confirm_point"),
    path("pessoas/nova/", point_views.add_person, name="add_person"),
    path("pessoas/<int:pk>/", point_views.edit_person, name="edit_person"),
    path("pessoas/<int:pk>/remover/", point_views.remove_person, name="remove_person"),
    path("enderecos/novo/", address_views.add_address, name="add_address"),
    path("enderecos/<int:pk>/", address_views.edit_address, name="edit_address"),
    path("enderecos/<int:pk>/remover/", address_views.remove_address, name="remove_address"),
    path("notas/nova/", note_views.add_note, name="add_note"),
    path("notas/buscar/", note_views.search_notes, name="search_notes"),
    path("notas/exportar/", note_export.export_notes, name="export_notes"),
    path("notas/<int:pk>/", note_views.note, name="note"),
    path("notas/<int:pk>/editar/", note_views.edit_note, name="edit_note"),
    path("notas/<int:pk>/fixar/", note_views.pin_note, name="pin_note"),
    path("notas/<int:pk>/apagar/", note_views.delete_note, name="delete_note"),
    path("notas/<int:pk>/trazer-de-volta/", note_views.bring_back_note, name="bring_back_note"),
    path("dados-publicos/", enrichment_views.look_up, name="look_up"),
    path("dados-publicos/guardar/", enrichment_views.accept, name="accept_public_data"),
]
