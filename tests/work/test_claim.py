"""Rows that are due are done by one at a time, to their end, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from recompra.theme.refused import Refused
from recompra.work import wishes
from recompra.work.claim import MAX_LAPSES, backoff, claim, reap, run
from recompra.work.drain import drain, finish
from recompra.work.lease import Cancelled, Later, Lease, LeaseLost
from tests.work.chore import Chore
from tests.work.conftest import Clock


def status_of(row: Chore) -> str:
    return Chore._base_manager.get(pk=row.pk).status


def test_what_is_due_is_done_in_order_of_priority_then_of_age(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str | None] = []
    monkeypatch.setattr(chore, "deed", lambda row, lease: done.append(row.key))
    now = timezone.now()
    chore.objects.create(key="second", due_at=now - timedelta(hours=2))
    chore.objects.create(key="third", due_at=now - timedelta(hours=1))
    chore.objects.create(key="first", due_at=now, priority=5)
    later = chore.objects.create(key="tomorrow", due_at=now + timedelta(days=1))
    assert drain(chore) == 3
    assert done == ["first", "second", "third"]
    assert status_of(later) == "waiting"


def test_a_claimed_row_is_nobody_elses(chore: type[Chore]) -> None:
    chore.objects.create()
    assert len(claim(chore, "one")) == 1
    assert claim(chore, "two") == []


def test_a_claim_may_ask_for_one_row_only(chore: type[Chore]) -> None:
    chore.objects.create()
    wanted = chore.objects.create()
    assert [row.pk for row in claim(chore, "one", only=wanted.pk)] == [wanted.pk]


def test_a_refusal_is_final_and_keeps_its_sentence(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(row: Chore, lease: Lease) -> None:
        raise Refused("O arquivo está vazio.")

    monkeypatch.setattr(chore, "deed", refuse)
    row = finish(chore.objects.create())
    assert (row.status, row.sentence) == ("dead", "O arquivo está vazio.")


def test_an_error_is_tried_again_later_and_keeps_no_personal_data(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(row: Chore, lease: Lease) -> None:
        raise ValueError("CPF 529.982.247-25")

    monkeypatch.setattr(chore, "deed", fail)
    row = chore.objects.create(max_attempts=3)
    for _attempt in range(2):
        assert drain(chore) == 1
        assert status_of(row) == "waiting"
        assert drain(chore) == 0, "not due yet"
        clock.jump(3600)
    drain(chore)
    row.refresh_from_db()
    assert (row.status, row.failures, row.sentence) == ("dead", 3, "")
    assert row.error.startswith("ValueError at recompra/work/claim.py:")
    assert "529" not in caplog.text


def test_the_wait_grows_from_ten_seconds_to_an_hour() -> None:
    assert [8, 16, 32] <= [backoff(n) for n in (1, 2, 3)] <= [12, 24, 48]
    assert 2880 <= backoff(400) <= 4320


def test_not_yet_is_no_failure(chore: type[Chore], monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    def later(row: Chore, lease: Lease) -> None:
        raise Later(30)

    monkeypatch.setattr(chore, "deed", later)
    row = chore.objects.create()
    assert drain(chore) == 1
    row.refresh_from_db()
    assert (row.status, row.failures, row.due_at) == ("waiting", 0, clock.now + timedelta(seconds=30))


def test_a_stopping_process_gives_its_row_back(chore: type[Chore], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chore, "deed", lambda row, lease: lease.keep())
    (row,) = claim(chore, "one") if chore.objects.create() else ()
    assert run(row, stopping=lambda: True) == "waiting"
    assert drain(chore) == 1
    assert status_of(row) == "done"


def test_a_late_worker_changes_nothing(chore: type[Chore], clock: Clock) -> None:
    chore.objects.create()
    (zombie,) = claim(chore, "one")
    clock.jump(61)
    assert reap() == 1
    (heir,) = claim(chore, "two")
    assert run(zombie) is None
    assert status_of(heir) == "running"
    with pytest.raises(LeaseLost):
        Lease(zombie).keep()
    with pytest.raises(LeaseLost), Lease(zombie).step():
        pytest.fail("a late worker must not get to write")
    assert run(heir) == "done"


def test_a_step_commits_its_writes_with_the_lease(chore: type[Chore]) -> None:
    chore.objects.create()
    (row,) = claim(chore, "one")
    with Lease(row).step():
        chore.objects.update(count=7)
    assert chore.objects.get().count == 7


def test_a_process_that_kills_its_worker_each_time_is_given_up_in_the_end(
    chore: type[Chore], clock: Clock
) -> None:
    row = chore.objects.create()
    for _death in range(MAX_LAPSES + 1):
        assert status_of(row) == "waiting"
        claim(chore, "one")
        clock.jump(61)
        reap()
    row.refresh_from_db()
    assert (row.status, row.error) == ("dead", "the process was killed")


def test_a_clock_set_back_takes_nobodys_lease_away(chore: type[Chore], clock: Clock) -> None:
    chore.objects.create()
    (row,) = claim(chore, "one")
    clock.jump(-7200)
    assert reap() == 0
    Lease(row).extend()
    clock.jump(30)
    assert reap() == 0
    assert run(row) == "done"


def test_only_one_living_row_may_have_the_key(chore: type[Chore]) -> None:
    first = chore.objects.create(key="publish")
    with pytest.raises(IntegrityError), transaction.atomic():
        chore.objects.create(key="publish")
    finish(first)
    chore.objects.create(key="publish")
    wishes.cancel(chore.objects.get(status="waiting"))
    chore.objects.create(key="publish")


def test_what_never_ran_is_cancelled_at_once(chore: type[Chore]) -> None:
    row = chore.objects.create()
    assert wishes.cancel(row)
    assert status_of(row) == "cancelled"
    assert chore.abandoned == [row.pk]
    assert not wishes.cancel(row)


def test_what_runs_is_cancelled_at_its_next_step(chore: type[Chore], monkeypatch: pytest.MonkeyPatch) -> None:
    def long_work(row: Chore, lease: Lease) -> None:
        lease.keep()
        wishes.cancel(row)
        lease._looked = float("-inf")  # as if the fifth of a second had passed
        lease.keep()
        pytest.fail("it went on")

    monkeypatch.setattr(chore, "deed", long_work)
    row = finish(chore.objects.create())
    assert row.status == "cancelled"
    assert chore.abandoned == [row.pk]


def test_what_ran_before_is_brought_up_once_more_to_clean_up(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    cleaned = []

    def clean(row: Chore, lease: Lease) -> None:
        try:
            lease.keep()
        except Cancelled:
            cleaned.append(row.pk)
            raise

    monkeypatch.setattr(chore, "deed", clean)
    row = chore.objects.create()
    claim(chore, "one")
    clock.jump(61)
    reap()
    assert wishes.cancel(row)
    assert drain(chore) == 1
    assert (status_of(row), cleaned) == ("cancelled", [row.pk])


def test_failed_work_can_be_tried_again_or_set_aside(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(row: Chore, lease: Lease) -> None:
        raise Refused("não")

    row = chore.objects.create()
    with monkeypatch.context() as patched:
        patched.setattr(chore, "deed", refuse)
        finish(row)
    assert wishes.retry(row)
    assert finish(row).status == "done"
    assert not wishes.retry(row)
    other = chore.objects.create(status="dead")
    assert wishes.discard(other)
    assert status_of(other) == "cancelled"


def test_saving_while_working_leaves_the_lease_alone(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(row: Chore, lease: Lease) -> None:
        chore._base_manager.filter(pk=row.pk).update(cancel_requested=True)
        row.count = 3
        row.save()

    monkeypatch.setattr(chore, "deed", work)
    (row,) = claim(chore, "one") if chore.objects.create() else ()
    row.leased = True
    work(row, Lease(row))
    row.refresh_from_db()
    assert (row.count, row.cancel_requested, row.owner) == (3, True, "one")


def test_progress_is_shown_and_keeps_the_lease(chore: type[Chore], clock: Clock) -> None:
    chore.objects.create()
    (row,) = claim(chore, "one")
    lease = Lease(row)
    clock.jump(30)
    lease.progress(10, 100, "reading")
    clock.jump(40)
    assert reap() == 0, "the progress extended the lease"
    row.refresh_from_db()
    assert (row.progress_done, row.progress_total, row.progress_phase) == (10, 100, "reading")
    assert row.remaining_minutes == 10
    lease.progress(20)
    row.refresh_from_db()
    assert row.progress_done == 10, "too soon after the last"


def test_an_interrupt_gives_the_row_back(chore: type[Chore], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(row: Chore, lease: Lease) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chore, "deed", interrupted)
    row = chore.objects.create()
    with pytest.raises(KeyboardInterrupt):
        drain(chore)
    assert status_of(row) == "waiting"


def test_the_error_can_be_let_through_for_tests(chore: type[Chore], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(row: Chore, lease: Lease) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(chore, "deed", fail)
    row = chore.objects.create()
    with pytest.raises(ZeroDivisionError):
        drain(raising=True)
    assert status_of(row) == "waiting"


def test_a_row_that_cannot_wait_again_leaves_its_place_to_the_one_that_waits(
    chore: type[Chore], monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def later(row: Chore, lease: Lease) -> None:
        raise Later(5)

    monkeypatch.setattr(chore, "deed", later)
    first = chore.objects.create(turn=True)
    (row,) = claim(chore, "one")
    heir = chore.objects.create(turn=True)
    assert run(row) == "cancelled"
    chore.objects.filter(pk=first.pk).update(status="running", owner="one", lease_until=clock.now)
    clock.jump(1)
    assert reap() == 1
    assert (status_of(first), status_of(heir)) == ("cancelled", "waiting")
