"""Who may be reached, and the sentence for whom not."""

from __future__ import annotations

import datetime as dt

import pytest

from recompra.customers.models import ContactPoint
from recompra.privacy.blocks.hold import block, lift, standing_blocks
from recompra.privacy.permission import FORBIDS, Verdict, may
from tests.cast import Cast


def no(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def test_ana_consents_to_all(cast: Cast) -> None:
    for purpose in FORBIDS:
        for channel in ("whatsapp", "sms", "email", ""):
            assert may(cast.ana, purpose, channel).allowed


def test_bruno_is_blocked_for_campaigns_and_keeps_his_points(cast: Cast) -> None:
    block(cast.bruno, ["campaigns"], "pediu na loja", by=cast.saulo)
    assert may(cast.bruno, "campaign", "email") == no("Bloqueado para campanhas.")
    assert may(cast.bruno, "contact", "whatsapp") == no("Bloqueado para campanhas.")
    assert may(cast.bruno, "loyalty", "").allowed


def test_carla_asked_not_to_be_contacted(cast: Cast) -> None:
    assert may(cast.carla, "contact", "whatsapp") == no("Pediu para não receber contato.")
    assert may(cast.carla, "giftback", "").allowed


def test_a_block_of_a_cpf_holds_for_whoever_has_it(cast: Cast) -> None:
    block("98765432100", ["messages", "giftback"], "ordem judicial")
    assert not may(cast.davi, "contact", "whatsapp").allowed
    assert not may(cast.davi, "giftback", "").allowed
    assert may(cast.ana, "contact", "whatsapp").allowed


def test_a_block_ends_with_its_last_day_or_when_it_is_lifted(cast: Cast, today: dt.date) -> None:
    block(cast.ana, ["campaigns"], "até hoje", until=today)
    assert not may(cast.ana, "campaign", "email").allowed
    standing_blocks(cast.ana).update(until=today - dt.timedelta(days=1))
    assert may(cast.ana, "campaign", "email").allowed
    block(cast.ana, ["campaigns", "messages"], "engano")
    assert lift(standing_blocks(cast.ana), by=cast.saulo) == 2
    assert may(cast.ana, "campaign", "email").allowed
    assert cast.ana.blocks.count() == 3


@pytest.mark.parametrize(("days", "allowed"), [(1, False), (0, True), (-1, True)])
def test_marketing_begins_on_the_eighteenth_birthday(
    cast: Cast, today: dt.date, days: int, allowed: bool
) -> None:
    birthday = today + dt.timedelta(days=days)
    if (birthday.month, birthday.day) == (2, 29):
        pytest.skip("no eighteenth birthday on this day")
    cast.ana.birth_date = birthday.replace(year=birthday.year - 18)
    assert may(cast.ana, "contact", "whatsapp").allowed is allowed
    assert may(cast.ana, "loyalty", "").allowed


def test_without_a_mobile_or_an_email_there_is_no_way(cast: Cast) -> None:
    ContactPoint.objects.filter(customer=cast.ana, kind="mobile").delete()
    assert may(cast.ana, "contact", "whatsapp") == no("Sem celular válido.")
    assert may(cast.ana, "campaign", "email").allowed
    ContactPoint.objects.filter(customer=cast.ana).delete()
    assert may(cast.ana, "campaign", "email") == no("Sem e-mail válido.")


def test_an_undeclared_purpose_or_channel_is_a_bug(cast: Cast) -> None:
    with pytest.raises(KeyError):
        may(cast.ana, "curiosity", "whatsapp")
    with pytest.raises(KeyError):
        may(cast.ana, "contact", "pigeon")
