"""What people said, in any order, and what it comes to. C2 of the privacy checks."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recompra.customers.models import Customer
from recompra.privacy.consents import ledger as consents
from recompra.privacy.consents.fold import Said, Stand, fold, refusal
from recompra.privacy.consents.ledger import declare_new, grant, lower_many, network_of, revoke, state
from recompra.privacy.models import Action, Channel, Consent, ConsentEvent, ConsentText, Purpose
from recompra.privacy.permission import may
from tests.cast import Cast

UTC = ZoneInfo("UTC")
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=UTC)
Origin = ConsentEvent.Origin


def hours(count: int) -> dt.datetime:
    return NOON + dt.timedelta(hours=count)


SAID = st.builds(
    Said,
    st.integers(0, 4).map(hours),
    st.sampled_from(Action.values),
    st.sampled_from(Origin.values),
)


def oracle(said: list[Said]) -> str | None:
    """What holds, asked the other way round: is there a "no" that nobody with a voice took back?"""
    if not said:
        return None
    noes = [one for one in said if one.action != "grant"]
    if not noes:
        return "grant"
    last = max(one.at for one in noes)
    own_words = {"form", "store", "attendant", "request"}
    if any(one.action == "grant" and one.origin in own_words and one.at > last for one in said):
        return "grant"
    return "object" if any(one.action == "object" and one.at == last for one in noes) else "revoke"


@given(st.lists(SAID, max_size=6))
def test_what_holds_is_what_nobody_with_a_voice_took_back(said: list[Said]) -> None:
    held = fold(said)
    assert (held.state if held else None) == oracle(said)


@given(st.lists(SAID, max_size=4))
def test_the_order_in_which_we_come_to_know_makes_no_difference(said: list[Said]) -> None:
    assert len({fold(order) for order in permutations(said)}) == 1


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1), SAID, st.sampled_from(Purpose.values), st.sampled_from(["", "email", "sms"])
        ),
        max_size=8,
    )
)
def test_the_table_is_the_fold_of_the_events(db: None, told: list[tuple[int, Said, str, str]]) -> None:
    people = [Customer.objects.create(name="Ana"), Customer.objects.create(name="Bruno")]
    for who, said, purpose, channel in told:
        if said.action == "grant":
            grant(people[who], purpose, channel, origin=said.origin, at=said.at)
        else:
            objects = said.action == "object"
            revoke(people[who], purpose, channel, origin=said.origin, at=said.at, objects=objects)
    for person in people:
        by_key: dict[tuple[str, str], list[Said]] = {}
        for event in person.consent_events.all():
            by_key.setdefault((event.purpose, event.channel), []).append(
                Said(event.at, event.action, event.origin)
            )
        assert state(person) == {key: fold(said) for key, said in by_key.items()}
        general = state(person).get(("marketing", ""))
        person.refresh_from_db()
        assert person.accepts_contact == (None if general is None else not general.is_no)


def test_ana_withdraws_and_agrees_again(cast: Cast) -> None:
    revoke(cast.ana, "marketing", by=cast.saulo, evidence="ligou para o SAC")
    assert cast.ana.accepts_contact is False
    assert may(cast.ana, "contact", "whatsapp").reason == "Pediu para não receber contato."
    grant(cast.ana, "marketing", by=cast.saulo, evidence="ficha assinada")
    cast.ana.refresh_from_db()
    assert cast.ana.accepts_contact is True
    assert may(cast.ana, "contact", "whatsapp").allowed
    assert [event.action for event in cast.ana.consent_events.order_by("pk")] == ["grant", "revoke", "grant"]


def test_a_no_to_one_channel_leaves_the_others(cast: Cast) -> None:
    revoke(cast.ana, "marketing", "email", by=cast.saulo)
    assert may(cast.ana, "campaign", "email").reason == "Pediu para não receber contato por e-mail."
    assert may(cast.ana, "campaign", "whatsapp").allowed
    grant(cast.ana, "marketing", by=cast.saulo)
    assert not may(cast.ana, "campaign", "email").allowed  # a general yes does not lift it
    grant(cast.ana, "marketing", "email", by=cast.saulo)
    assert may(cast.ana, "campaign", "email").allowed


def test_after_a_general_no_one_channel_may_be_agreed_to_by_name(cast: Cast) -> None:
    grant(cast.carla, "marketing", "email", by=cast.saulo)
    assert may(cast.carla, "campaign", "email").allowed
    assert not may(cast.carla, "campaign", "whatsapp").allowed
    revoke(cast.carla, "marketing", by=cast.saulo)
    assert not may(cast.carla, "campaign", "email").allowed


@pytest.mark.parametrize(
    ("stands", "channel", "says_no"),
    [
        ({}, "email", None),
        ({"": ("grant", 1)}, "email", None),
        ({"": ("revoke", 1)}, "email", ""),
        ({"": ("revoke", 1)}, "", ""),
        ({"": ("revoke", 1), "email": ("grant", 2)}, "email", None),
        ({"": ("revoke", 2), "email": ("grant", 1)}, "email", ""),
        ({"": ("revoke", 1), "email": ("grant", 1)}, "email", ""),
        ({"": ("grant", 2), "email": ("object", 1)}, "email", "email"),
        ({"email": ("revoke", 1)}, "sms", None),
        ({"email": ("revoke", 1)}, "", None),
    ],
)
def test_whose_no_holds(stands: dict[str, tuple[str, int]], channel: str, says_no: str | None) -> None:
    held = {by: Stand(said, hours(at)) for by, (said, at) in stands.items()}
    assert refusal(held, channel) == says_no


def test_an_import_lowers_and_never_raises(cast: Cast) -> None:
    lower_many([cast.ana.pk, cast.davi.pk], source="vtex", evidence="import 7")
    for person in (cast.ana, cast.davi):
        person.refresh_from_db()
        assert person.accepts_contact is False
        assert person.consent_events.latest("pk").source == "vtex"
    grant(cast.carla, "marketing", origin=Origin.IMPORT)
    assert not may(cast.carla, "campaign", "email").allowed
    assert cast.carla.accepts_contact is False


def test_new_people_of_an_import_begin_with_what_the_file_says(db: None) -> None:
    people = [Customer.objects.create(name="X", accepts_contact=said) for said in (True, False, None)]
    declare_new([one.pk for one in people], source="loja", evidence="import 1")
    assert [state(one).get(("marketing", "")) is not None for one in people] == [True, True, False]
    assert [one.consent_events.count() for one in people] == [1, 1, 0]
    assert list(Consent.objects.order_by("customer").values_list("state", flat=True)) == ["grant", "revoke"]
    event = people[0].consent_events.get()
    assert (event.origin, event.source, event.evidence, event.by) == ("import", "loja", "import 1", None)
    declare_new([], source="loja")


def test_the_ledger_takes_no_change_and_no_deletion(cast: Cast) -> None:
    event = cast.ana.consent_events.get()
    event.action = Action.REVOKE
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(TypeError):
        ConsentEvent.objects.update(action="grant")
    with pytest.raises(TypeError):
        cast.ana.consent_events.all().delete()


def test_a_text_gets_versions_and_an_event_keeps_the_one_that_was_seen(cast: Cast) -> None:
    first = consents.write_text("marketing", "Aceito receber ofertas.", by=cast.otavio)
    event = grant(cast.ana, "marketing", by=cast.saulo)
    second = consents.write_text("marketing", "Aceito receber ofertas e novidades.", by=cast.otavio)
    assert (event.text, first.version, second.version) == (first, 1, 2)
    assert consents.current_text("marketing") == second
    assert first.sha256 != second.sha256
    first.text = "outra coisa"
    with pytest.raises(TypeError):
        first.save()
    assert ConsentText.objects.get(pk=first.pk).text == "Aceito receber ofertas."


@pytest.mark.parametrize(
    ("given_ip", "kept"),
    [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3::9", "2001:db8:1::"), (None, None), ("", None)],
)
def test_an_address_is_kept_without_its_last_part(given_ip: str | None, kept: str | None) -> None:
    assert network_of(given_ip) == kept


def test_an_undeclared_purpose_or_channel_is_a_bug(cast: Cast) -> None:
    with pytest.raises(ValueError, match="curiosity"):
        grant(cast.ana, "curiosity")
    with pytest.raises(ValueError, match="pigeon"):
        revoke(cast.ana, Purpose.MARKETING, "pigeon")
    assert Channel("") == ""
