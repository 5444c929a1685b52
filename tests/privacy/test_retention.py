"""Retention: nothing goes that was not counted, shown and confirmed; a legal hold keeps; the rest is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recompra.accounts import audit
from recompra.accounts.models import AccessLog
from recompra.customers.models import ContactAttempt, Customer, Note
from recompra.privacy import days
from recompra.privacy.models import Erasure, PrivacyRequest, RetentionRun
from recompra.privacy.requests import handle as requests
from recompra.privacy.retention import clear as retention
from recompra.theme.kept import kept
from recompra.theme.refused import Refused
from recompra.work.drain import drain
from tests.cast import Cast

Enter = Callable[..., Client]


def attempts(cast: Cast, *ages: int) -> None:
    """Conversations with Ana so many days ago."""
    now = timezone.now()
    ContactAttempt.objects.bulk_create(
        ContactAttempt(customer=cast.ana, at=now - dt.timedelta(days=age)) for age in ages
    )


def counted(code: str, cast: Cast) -> RetentionRun:
    run = retention.start_dry(code, by=cast.denise)
    drain(RetentionRun, raising=True)
    run.refresh_from_db()
    assert run.status == RetentionRun.Status.DONE, run.error
    return run


def cleared(dry: RetentionRun, cast: Cast) -> RetentionRun:
    run = retention.start_real(dry, by=cast.denise)
    drain(RetentionRun, raising=True)
    run.refresh_from_db()
    assert run.status == RetentionRun.Status.DONE, run.error
    return run


def test_every_class_says_why_and_keeps_at_least_what_the_law_wants(cast: Cast) -> None:
    found = list(kept())
    assert len({one.code for one in found}) == len(found) >= 7
    for one in found:
        assert one.why
        assert one.months is None or one.months >= one.least
        assert one.older(timezone.localdate()).count() >= 0


def test_a_dry_run_counts_and_changes_nothing(cast: Cast) -> None:
    attempts(cast, 1, 900, 1000)
    retention.decide("attempts", 24, by=cast.otavio)
    run = counted("attempts", cast)
    assert (run.found, run.held, len(run.sample)) == (2, 0, 2)
    assert ContactAttempt.objects.count() == 3


def test_the_real_run_takes_what_was_shown_and_no_more(cast: Cast) -> None:
    attempts(cast, 1, 900, 1000)
    done = cleared(counted("attempts", cast), cast)
    assert done.gone == 2
    assert ContactAttempt.objects.count() == 1
    assert AccessLog.objects.get(action="retention").count == 2


def test_a_thousand_and_one_go_in_chunks(cast: Cast) -> None:
    attempts(cast, *([900] * 1001))
    assert cleared(counted("attempts", cast), cast).gone == 1001


def test_nothing_goes_without_a_count_that_still_holds(cast: Cast) -> None:
    attempts(cast, 900)
    waiting = retention.start_dry("attempts", by=cast.denise)
    with pytest.raises(Refused, match="contagem terminar"):
        retention.start_real(waiting, by=cast.denise)
    with pytest.raises(Refused, match="em andamento"):
        retention.start_dry("attempts", by=cast.denise)
    drain(RetentionRun, raising=True)
    waiting.refresh_from_db()
    retention.decide("attempts", 12, by=cast.otavio)
    with pytest.raises(Refused, match="conte de novo"):
        retention.start_real(waiting, by=cast.denise)
    dry = counted("attempts", cast)
    RetentionRun.objects.filter(pk=dry.pk).update(created_at=timezone.now() - dt.timedelta(hours=25))
    dry.refresh_from_db()
    with pytest.raises(Refused, match="conte de novo"):
        retention.start_real(dry, by=cast.denise)
    dry = counted("attempts", cast)
    cleared(dry, cast)
    with pytest.raises(Refused, match="conte de novo"):
        retention.start_real(dry, by=cast.denise)


def test_the_law_s_minimum_cannot_be_undercut(cast: Cast) -> None:
    with pytest.raises(Refused, match="60 meses"):
        retention.decide("requests", 59, by=cast.otavio)
    with pytest.raises(Refused, match="6 meses"):
        retention.decide("access_log", 5, by=cast.otavio)
    retention.decide("notes", None, by=cast.otavio)
    with pytest.raises(Refused, match="sem prazo"):
        retention.start_dry("notes", by=cast.otavio)


def test_a_legal_hold_keeps_until_it_ends(cast: Cast, today: dt.date) -> None:
    attempts(cast, 900)
    held = retention.hold(cast.ana, "processo em curso", by=cast.denise)
    dry = counted("attempts", cast)
    assert (dry.found, dry.held) == (0, 1)
    assert cleared(dry, cast).gone == 0
    retention.lift(held, by=cast.denise)
    assert counted("attempts", cast).found == 1
    retention.hold(cast.ana, "ofício", by=cast.denise, until=today)
    assert counted("attempts", cast).held == 1
    with pytest.raises(Refused, match="já passou"):
        retention.hold(cast.ana, "ofício", by=cast.denise, until=today - dt.timedelta(days=1))


def test_a_hold_set_between_count_and_clearing_up_still_keeps(cast: Cast) -> None:
    attempts(cast, 900)
    dry = counted("attempts", cast)
    retention.hold(cast.ana, "processo", by=cast.denise)
    assert cleared(dry, cast).gone == 0
    assert ContactAttempt.objects.count() == 1


def test_old_notes_go_and_answered_requests_after_five_years(cast: Cast) -> None:
    long_ago = timezone.now() - dt.timedelta(days=6 * 366)
    Note.objects.create(customer=cast.ana, text="gosta de azul", author=cast.saulo, created_at=long_ago)
    Note.objects.create(customer=cast.ana, text="gosta de verde", author=cast.saulo)
    for answered in (long_ago, timezone.now(), None):
        one = requests.open_request("access", channel="phone", by=cast.saulo, customer=cast.ana)
        PrivacyRequest.objects.filter(pk=one.pk).update(answered_at=answered)
    assert cleared(counted("notes", cast), cast).gone == 1
    assert cleared(counted("requests", cast), cast).gone == 1
    assert Note.objects.get().text == "gosta de verde"
    assert PrivacyRequest.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_no_longer_buys_goes_through_the_erasure(shop: Cast) -> None:
    with pytest.raises(Refused, match="sem prazo"):
        retention.start_dry("customers", by=shop.denise)
    retention.decide("customers", 6, by=shop.otavio)
    border = days.months_after(timezone.localdate(), -6)
    silent = set(Customer.objects.filter(standing__last_on__lt=border).values_list("pk", flat=True))
    assert silent
    dry = counted("customers", shop)
    assert set(dry.sample) == silent
    retention.start_real(dry, by=shop.denise)
    drain(RetentionRun, raising=True)
    drain(Erasure, raising=True)
    assert not Customer.objects.filter(pk__in=silent).exists()
    assert Erasure.objects.filter(step=Erasure.Step.PROVED).count() == len(silent)
    assert Customer.objects.exists()


def test_who_waits_for_an_answer_does_not_go(shop: Cast) -> None:
    retention.decide("customers", 6, by=shop.otavio)
    before = counted("customers", shop)
    waiting = Customer.objects.get(pk=before.sample[0])
    requests.open_request("access", channel="phone", by=shop.saulo, customer=waiting)
    assert waiting.pk not in counted("customers", shop).sample


def test_the_access_log_is_cut_at_its_beginning_and_stays_a_chain(cast: Cast) -> None:
    for number in range(6):
        audit.record(cast.saulo, "reveal", customer_id=cast.ana.pk, reason=f"ligação {'abcdef'[number]}")
    ids = list(AccessLog.objects.order_by("pk").values_list("pk", flat=True))
    assert audit.cut([ids[0], ids[1], ids[3]]) == 2  # the fourth stays: the third does
    assert audit.first_break() is None
    audit.record(cast.saulo, "reveal")
    assert audit.first_break() is None
    assert audit.cut(ids) == 4
    assert audit.first_break() is None
    assert AccessLog.objects.count() == 1


def test_an_entry_taken_out_after_a_cut_is_still_found(cast: Cast) -> None:
    entries = [audit.record(cast.saulo, "reveal") for _number in range(5)]
    audit.cut([entries[0].pk, entries[1].pk])
    AccessLog.objects.filter(pk=entries[2].pk)._raw_delete(using="default")  # type: ignore[attr-defined]
    assert audit.first_break() == entries[3].pk


def test_the_old_log_goes_with_its_rolls(shop: Cast, client_for: Enter) -> None:
    answer = client_for(shop.aline).post(reverse("customers:export"), {"formato": "csv", "motivo": "reunião"})
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    everything = AccessLog.objects.count()
    run = counted("access_log", shop)
    assert run.found == 0
    RetentionRun.objects.filter(pk=run.pk).update(before=timezone.localdate() + dt.timedelta(days=1))
    run.refresh_from_db()
    assert cleared(run, shop).gone >= everything
    assert audit.first_break() is None


def test_denise_decides_counts_and_clears_up_by_the_pages(cast: Cast, client_for: Enter) -> None:
    attempts(cast, 400, 900)
    client = client_for(cast.denise)
    address = reverse("privacy:retention_decide", args=["attempts"])
    assert client.post(address, {"attempts-meses": "0"}).status_code == 422
    law = client.post(reverse("privacy:retention_decide", args=["blocks"]), {"blocks-meses": "3"})
    assert law.status_code == 422
    assert "60 meses" in law.content.decode()
    client.post(address, {"attempts-meses": "12"})
    client.post(reverse("privacy:retention_count", args=["attempts"]))
    drain(RetentionRun, raising=True)
    page = client.get(reverse("privacy:retention")).content.decode()
    assert "<b>2 registros</b> são anteriores" in page
    dry = RetentionRun.objects.get()
    clear = reverse("privacy:retention_clear", args=[dry.pk])
    assert clear in page
    assert "em definitivo" in client.get(clear).content.decode()
    assert ContactAttempt.objects.count() == 2
    client.post(clear)
    drain(RetentionRun, raising=True)
    assert ContactAttempt.objects.count() == 0
    assert "2 registros eliminados" in client.get(reverse("privacy:retention")).content.decode()


def test_denise_puts_carla_under_a_hold_and_lifts_it(cast: Cast, client_for: Enter) -> None:
    client = client_for(cast.denise)
    address = reverse("privacy:hold", args=[cast.carla.public_id])
    assert client.post(address, {"motivo": ""}).status_code == 422
    client.post(address, {"motivo": "processo 12", "ate": ""})
    held = retention.standing_holds().get()
    page = client.get(reverse("privacy:retention")).content.decode()
    assert "processo 12" in page
    client.post(reverse("privacy:hold_lift", args=[held.pk]))
    assert not retention.standing_holds().exists()
