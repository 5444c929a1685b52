"""The bench of segments measures what it says: the same people found again, and moves a week later."""

from __future__ import annotations

from pathlib import Path

import pytest

from recompra.bench.segments_run import behaviour_rules, count, field_rules, make, refresh
from recompra.segments.rule.read import read

pytestmark = pytest.mark.once


def test_a_hundred_rules_are_found_again_as_they_were(tmp_path: Path) -> None:
    store = make(tmp_path, 10_000)
    assert len([read(rule) for rule in (*field_rules(), *behaviour_rules())]) == 100
    found = refresh(store)
    assert found["filled"]["members"] == found["filled"]["moves"] > 1_000
    assert (found["again"]["moves"], found["again"]["members"]) == (0, found["filled"]["members"])
    assert found["later"]["moves"] > 0
    store.close()


@pytest.mark.slow
def test_every_rule_is_counted(tmp_path: Path) -> None:
    store = make(tmp_path, 10_000)
    found = count(store)
    assert 0 < found["fields"]["median"] <= found["fields"]["p95"]
    assert 0 < found["behaviours"]["median"] <= found["behaviours"]["p95"]
    store.close()
