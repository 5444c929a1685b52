from django.urls import path

from recompra.privacy import (
    block_export,
    block_views,
    consent_views,
    erase_views,
    public_views,
    request_acts,
    request_export,
    request_views,
)

app_name = "privacy"
urlpatterns = [
    path("", request_views.request_list_page, name="requests"),
    path("solicitacoes/exportar/", request_export.export, name="requests_export"),
    path("solicitacoes/nova/", request_views.open_request, name="request_new"),
    path("solicitacoes/nova/<uuid:public_id>/", request_views.open_request, name="request_customer"),
    path("solicitacoes/cliente/<uuid:public_id>/botao/", request_views.action, name="request_action"),
    path("solicitacoes/<slug:protocol>/", request_views.request_page, name="request"),
    path("solicitacoes/<slug:protocol>/carta/", request_views.letter_page, name="request_letter"),
    path("solicitacoes/<slug:protocol>/exportar/", request_export.export_history, name="request_export"),
    path("solicitacoes/<slug:protocol>/cadastro/", request_acts.candidates, name="request_candidates"),
    path("solicitacoes/<slug:protocol>/cadastro/desfazer/", request_acts.unlink, name="request_unlink"),
    path("solicitacoes/<slug:protocol>/cadastro/<uuid:public_id>/", request_acts.link, name="request_link"),
    path("solicitacoes/<slug:protocol>/fazer/<slug:slug>/", request_acts.act, name="request_act"),
    path("bloqueios/", block_views.blocks, name="blocks"),
    path("bloqueios/novo/", block_views.block_new, name="block_new"),
    path("bloqueios/exportar/", block_export.export, name="blocks_export"),
    path("bloqueios/<int:pk>/", block_views.block_person, name="block"),
    path("bloqueios/cliente/<uuid:public_id>/", block_views.block_customer, name="block_customer"),
    path("bloqueios/cliente/<uuid:public_id>/botao/", block_views.block_action, name="block_action"),
    path("consentimentos/", consent_views.consent_texts, name="consent_texts"),
    path("consentimentos/<slug:purpose>/", consent_views.consent_texts, name="consent_text"),
    path("titulares/<uuid:public_id>/permissao/", consent_views.permission_card, name="permission_card"),
    path("titulares/<uuid:public_id>/consentimentos/", consent_views.consents, name="consents"),
    path(
        "titulares/<uuid:public_id>/consentimentos/anotar/", consent_views.consent_note, name="consent_note"
    ),
    path("publico/", public_views.public_page, name="public"),
    path("titulares/<uuid:public_id>/dossie/", erase_views.dossier_page, name="dossier"),
    path("titulares/<uuid:public_id>/eliminar/", erase_views.erase_page, name="erase"),
    path("eliminacoes/", erase_views.erasures, name="erasures"),
    path("eliminacoes/<int:pk>/", erase_views.erasure_page, name="erasure"),
]
