"""kill -9 of the worker while it predicts: the next one tells the same, and nothing is left lying."""

from __future__ import annotations

import json

import pytest

from tests.places import Place

KILLS = 2


@pytest.mark.slow
@pytest.mark.once
def test_kills_while_predicting_change_nothing_of_what_is_told(place: Place) -> None:
    rough, calm = (json.loads(line) for line in place.drill("prediction_drill")[-2:])
    assert (calm["status"], calm["left"], calm["drafts"]) == ("done", [], [])
    assert calm["people"] > 80
    assert {name for name, _version, *_told in calm["records"]} >= {"btyd", "churn", "rhythm", "value"}
    assert (rough.pop("lapses"), calm.pop("lapses")) == (KILLS, 0)
    assert rough == calm
