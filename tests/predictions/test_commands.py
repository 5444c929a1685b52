"""`recompra models`: what is in force, one model in full, all of them anew."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from recompra.predictions.commands import models
from recompra.predictions.models import ModelRecord
from recompra.theme.refused import Refused
from tests.cast import Cast
from tests.predictions import stage


def said(*words: str) -> str:
    answer = CliRunner().invoke(models, words, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_models_in_force_are_listed(shop: Cast, today: dt.date) -> None:
    stage.publish(today, churn={"is_shown": False, "reason": "not_better"})
    found = json.loads(said("list", "--json"))
    assert [one["name"] for one in found] == ["churn", "rhythm", "value"]
    assert found[0]["reason"] == "not_better"
    assert "oculto: not_better" in said("list")


def test_one_is_shown_in_full_and_an_older_version_too(shop: Cast, today: dt.date) -> None:
    stage.publish(today)
    ModelRecord.objects.create(
        name="churn", version=2, as_of=today, horizon_days=60, active_days=180, parameters={"base": 0.5}
    )
    assert json.loads(said("show", "churn"))["parameters"] == {"base": 0.5}
    assert json.loads(said("show", "churn", "--version", "1"))["horizon_days"] == 90


def test_a_name_that_is_none_is_refused_with_those_there_are(shop: Cast, today: dt.date) -> None:
    stage.publish(today)
    with pytest.raises(Refused, match="churn, rhythm, value"):
        said("show", "nada")


def test_without_sales_nothing_can_be_predicted(cast: Cast) -> None:
    with pytest.raises(Refused, match="Ainda não há vendas"):
        said("refresh")


def test_a_refresh_says_of_how_many_as_of_which_day(shop: Cast, today: dt.date) -> None:
    report = json.loads(said("refresh", "--json"))
    assert report["customers"] == 4
    assert report["as_of"] == (today - dt.timedelta(days=3)).isoformat()
    assert {one["name"] for one in report["models"]} >= {"value", "churn", "rhythm"}
