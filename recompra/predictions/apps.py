from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import CustomerPanel, Door
from recompra.work.every import Every


class PredictionsConfig(AppConfig):
    name = "recompra.predictions"
    door = Door(
        title=_("Predictions"),
        route="previsoes/",
        customer_panels=(
            CustomerPanel("predictions:risk_card", "side", 10, "see_customers"),
            CustomerPanel("predictions:value_card", "figures", 10, "see_customers"),
            CustomerPanel("predictions:moment_lines", "moment", 10, "see_customers"),
            CustomerPanel("predictions:hits_card", "recommended", 10, "see_panel"),
        ),
    )
    recommending = "recompra.predictions.cards.recommending.choice"
    audit_actions = {"prediction_choices": _("Choices about predictions changed")}
    clock = (
        Every("predictions.nightly", call="recompra.predictions.wishes.nightly", at="03:40"),
        Every("predictions.poll", call="recompra.predictions.wishes.poll", minutes=5),
    )
