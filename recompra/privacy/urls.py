from django.urls import path

from recompra.privacy import public_views
from recompra.privacy.blocks import export as block_export
from recompra.privacy.blocks import views as block_views
from recompra.privacy.consents import views as consent_views
from recompra.privacy.erasure import listing as erase_listing
from recompra.privacy.erasure import views as erase_views
from recompra.privacy.incidents import acts as incident_acts
from recompra.privacy.incidents import views as incident_views
from recompra.privacy.record import shop_views
from recompra.privacy.record import views as record_views
from recompra.privacy.requests import acts as request_acts
from recompra.privacy.requests import export as request_export
from recompra.privacy.requests import views as request_views
from recompra.privacy.retention import views as retention_views

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
    path("incidentes/", incident_views.incident_list, name="incidents"),
    path("incidentes/novo/", incident_views.incident_new, name="incident_new"),
    path("incidentes/exportar/", incident_acts.incidents_export, name="incidents_export"),
    path("incidentes/<slug:number>/", incident_views.incident_page, name="incident"),
    path("incidentes/<slug:number>/titulares/", incident_acts.people_export, name="incident_people"),
    path("incidentes/<slug:number>/carta/<slug:to>/", incident_views.incident_letter, name="incident_letter"),
    path("incidentes/<slug:number>/fazer/<slug:slug>/", incident_acts.incident_act, name="incident_act"),
    path("retencao/", retention_views.retention_page, name="retention"),
    path("retencao/<slug:code>/meses/", retention_views.decide, name="retention_decide"),
    path("retencao/<slug:code>/contar/", retention_views.count, name="retention_count"),
    path("retencao/rodadas/<int:pk>/", retention_views.run, name="retention_run"),
    path("retencao/rodadas/<int:pk>/cancelar/", retention_views.cancel, name="retention_cancel"),
    path("retencao/rodadas/<int:pk>/eliminar/", retention_views.clear, name="retention_clear"),
    path("guarda/<uuid:public_id>/", retention_views.hold, name="hold"),
    path("guarda/<int:pk>/levantar/", retention_views.lift, name="hold_lift"),
    path("registro/", record_views.record_page, name="record"),
    path("registro/<slug:kind>/", record_views.record_file, name="record_file"),
    path("loja/", shop_views.shop, name="shop"),
    path("operadores/novo/", shop_views.operator, name="operator_new"),
    path("operadores/<int:pk>/", shop_views.operator, name="operator"),
    path("operadores/<int:pk>/ligar/", shop_views.switch_operator, name="operator_switch"),
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
    path("eliminacoes/", erase_listing.erasures, name="erasures"),
    path("eliminacoes/exportar/", erase_listing.erasures_export, name="erasures_export"),
    path("eliminacoes/<int:pk>/", erase_views.erasure_page, name="erasure"),
]
