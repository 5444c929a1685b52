"""In whatever order births, claims, beats, deaths, clock jumps and ends come: one owner, no row lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from recompra.work import wishes
from recompra.work.claim import claim, reap, run
from recompra.work.lease import Lease, LeaseLost
from recompra.work.models import Due
from tests.work.chore import Chore
from tests.work.conftest import Clock

WORKERS = st.sampled_from(["ana", "bruno", "carla"])
KEYS = st.sampled_from([None, "a", "b"])


class Fails(Exception):
    """What a chore that is told to fail raises."""


def perform(row: Chore, lease: Lease) -> None:
    if row.failing:  # type: ignore[attr-defined]
        raise Fails


@pytest.mark.parametrize("steps", [40])
def test_one_owner_and_no_row_lost(
    chore: type[Chore], clock: Clock, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(chore, "deed", perform)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            chore._base_manager.all().delete()
            self.born = 0
            self.held: list[Chore] = []  # what some worker believes to have, rightly or not
            self.holder: dict[int, tuple[str, int]] = {}  # who has the row in truth
            self.ended: dict[int, int] = {}  # how often each row was done

        @rule(key=KEYS)
        def create(self, key: str | None) -> None:
            taken = key is not None and chore.objects.filter(key=key, status__in=Due.LIVE).exists()
            try:
                with transaction.atomic():
                    chore.objects.create(key=key, max_attempts=2, due_at=clock.now)
            except IntegrityError:
                assert taken
            else:
                assert not taken
                self.born += 1

        @rule(worker=WORKERS, limit=st.integers(1, 3))
        def claim(self, worker: str, limit: int) -> None:
            for row in claim(chore, worker, limit=limit):
                assert row.pk not in self.holder, "two owners"
                self.holder[row.pk] = (worker, row.attempt)
                self.held.append(row)

        @rule(data=st.data())
        def heartbeat(self, data: Any) -> None:
            if row := self.one(data):
                try:
                    Lease(row).extend()
                except LeaseLost:
                    assert not self.rightly(row)
                else:
                    assert self.rightly(row)

        @rule(data=st.data(), failing=st.booleans())
        def complete(self, data: Any, failing: bool) -> None:
            if row := self.one(data):
                self.held.remove(row)
                row.failing = failing  # type: ignore[attr-defined]
                rightly = self.rightly(row)
                status = run(row)
                assert (status is not None) == rightly
                if rightly:
                    del self.holder[row.pk]
                    self.ended[row.pk] = self.ended.get(row.pk, 0) + (status == "done")

        @rule(data=st.data())
        def crash(self, data: Any) -> None:
            if row := self.one(data):
                self.held.remove(row)

        @rule(seconds=st.integers(-7200, 7200))
        def jump(self, seconds: int) -> None:
            clock.jump(seconds)

        @rule()
        def reap(self) -> None:
            expired = chore._base_manager.filter(status="running", lease_until__lt=clock.now)
            gone = set(expired.values_list("pk", flat=True))
            assert reap() == len(gone)
            for pk in gone:
                del self.holder[pk]

        @rule(data=st.data(), wish=st.sampled_from([wishes.cancel, wishes.retry, wishes.discard]))
        def wish(self, data: Any, wish: Any) -> None:
            rows = list(chore.objects.order_by("pk"))
            if rows:
                try:
                    with transaction.atomic():
                        wish(data.draw(st.sampled_from(rows)))
                except IntegrityError:
                    assert wish is wishes.retry

        @invariant()
        def none_is_lost_and_each_runs_for_one(self) -> None:
            rows = list(chore.objects.all())
            assert len(rows) == self.born
            running = {row.pk: (row.owner, row.attempt) for row in rows if row.status == "running"}
            assert running == self.holder
            keys = [row.key for row in rows if row.is_live and row.key]
            assert len(keys) == len(set(keys))
            assert all((row.owner == "") == (row.status != "running") for row in rows)
            assert all(times <= 1 for times in self.ended.values())

        def one(self, data: Any) -> Chore | None:
            return data.draw(st.sampled_from(self.held)) if self.held else None

        def rightly(self, row: Chore) -> bool:
            return self.holder.get(row.pk) == (row.owner, row.attempt)

    monkeypatch.setattr("recompra.work.claim.log.error", lambda *args: None)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
