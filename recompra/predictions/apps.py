from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import Door
from recompra.work.every import Every


class PredictionsConfig(AppConfig):
    name = "recompra.predictions"
    door = Door(title=_("Predictions"), route="previsoes/")
    clock = (
        Every("predictions.nightly", call="recompra.predictions.wishes.nightly", at="03:40"),
        Every("predictions.poll", call="recompra.predictions.wishes.poll", minutes=5),
    )
