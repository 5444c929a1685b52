"""What the shop chooses about predictions, who may, and what follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.predictions.models import PredictionRefresh, PredictionSettings
from tests.cast import Cast

Clients = Callable[[User], Client]


def test_the_owner_chooses_and_all_is_predicted_anew(cast: Cast, client_for: Clients) -> None:
    answer = client_for(cast.otavio).post(
        reverse("predictions:save_choices"), {"horizon_days": "60", "active_days": ""}, follow=True
    )
    chosen = PredictionSettings.objects.get()
    assert (chosen.horizon_days, chosen.active_days, chosen.decided_by) == (60, None, cast.otavio)
    assert PredictionRefresh.objects.get().reason == "choice"
    assert AccessLog.objects.filter(action="prediction_choices", staff=cast.otavio).count() == 1
    page = answer.content.decode()
    assert "Salvo. As previsões estão sendo refeitas." in page
    assert "automático" in page


def test_saving_the_same_again_asks_for_nothing(cast: Cast, client_for: Clients) -> None:
    answer = client_for(cast.otavio).post(
        reverse("predictions:save_choices"), {"horizon_days": "", "active_days": ""}, follow=True
    )
    assert "Nada mudou." in answer.content.decode()
    assert not PredictionSettings.objects.exists()
    assert not PredictionRefresh.objects.exists()


@pytest.mark.parametrize(("horizon", "active"), [("6", ""), ("731", ""), ("", "x"), ("", "2000"), ("-5", "")])
def test_a_choice_out_of_bounds_is_refused_at_its_field(
    cast: Cast, client_for: Clients, horizon: str, active: str
) -> None:
    answer = client_for(cast.otavio).post(
        reverse("predictions:save_choices"), {"horizon_days": horizon, "active_days": active}
    )
    assert answer.status_code == 422
    assert not PredictionSettings.objects.exists()


def test_the_analyst_reads_and_the_seller_does_not_see_it(cast: Cast, client_for: Clients) -> None:
    here = reverse("predictions:choices")
    page = client_for(cast.aline).get(here)
    assert page.status_code == 200
    assert "Salvar" not in page.content.decode()
    assert client_for(cast.lucia).get(here).status_code == 403
    assert client_for(cast.aline).post(reverse("predictions:save_choices")).status_code == 403
