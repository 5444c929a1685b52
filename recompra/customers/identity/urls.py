from django.urls import path

from recompra.customers.identity import apart_views, choose, export, views

urlpatterns = [
    path("duplicados/", views.duplicates, name="duplicates"),
    path("duplicados/exportar/", export.export_duplicates, name="export_duplicates"),
    path("duplicados/procurar/", views.search_now, name="duplicate_search"),
    path("duplicados/andamento/", views.search_progress, name="duplicate_progress"),
    path("duplicados/<int:pk>/", views.pair, name="duplicate"),
    path("unioes/<int:pk>/desfazer/", views.undo, name="unmerge"),
    path("a-parte/", apart_views.apart, name="apart"),
    path("a-parte/exportar/", export.export_apart, name="export_apart"),
    path("a-parte/documentos/", apart_views.own_documents, name="own_documents"),
    path("a-parte/documentos/<int:pk>/retirar/", apart_views.drop_own_document, name="drop_own_document"),
    path("<uuid:public_id>/unir/", choose.merge_with, name="merge_with"),
    path("<uuid:public_id>/a-parte/", apart_views.keep_apart, name="keep_apart"),
]
