from django.urls import path

from recompra.predictions import choices
from recompra.predictions.cards import moment, recommending, risk, value

app_name = "predictions"
urlpatterns = [
    path("", choices.choices, name="choices"),
    path("salvar/", choices.save, name="save_choices"),
    path("risco/<uuid:public_id>/", risk.risk_card, name="risk_card"),
    path("valor/<uuid:public_id>/", value.value_card, name="value_card"),
    path("proxima-compra/<uuid:public_id>/", moment.moment_lines, name="moment_lines"),
    path("recomendacoes/<uuid:public_id>/", recommending.hits_card, name="hits_card"),
]
