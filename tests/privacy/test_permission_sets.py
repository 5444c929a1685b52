"""Asked for many at once, the answer is the same as asked one by one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recompra.customers.models import ContactPoint, Customer
from recompra.privacy.blocks.hold import block, lift
from recompra.privacy.consents.ledger import grant, revoke
from recompra.privacy.models import Block, Channel, Purpose
from recompra.privacy.permission import CONSENTS, REACHED_BY, allowed, may, of_age_since, usable_points
from tests.cast import Cast

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("UTC"))
BIRTHS = st.sampled_from([None, 0, 1, -1, 4000])  # days after the eighteenth birthday; None: not known
POINTS = st.lists(
    st.tuples(st.sampled_from(ContactPoint.Kind.values), st.sampled_from(ContactPoint.Use.values)),
    unique_by=lambda point: point[0],
)
BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(Block.Function.values),
        st.booleans(),  # of the CPF, or of the person
        st.sampled_from([None, -1, 0, 9]),  # ends in so many days
        st.booleans(),  # lifted
    ),
    max_size=2,
)
SAID = st.lists(
    st.tuples(
        st.booleans(), st.sampled_from(Purpose.values), st.sampled_from(Channel.values), st.integers(0, 3)
    ),
    max_size=3,
)
PERSON = st.tuples(BIRTHS, POINTS, BLOCKS, SAID, st.sampled_from(["", "", "", "shared", "merged"]))


def enter(number: int, person: tuple[object, ...], cpf: str, into: Customer) -> Customer:
    age, points, blocks, said, fate = person
    today = timezone.localdate()
    one = Customer.objects.create(
        name=f"P{number}",
        cpf=cpf,
        birth_date=None if age is None else of_age_since(today) - dt.timedelta(days=age),  # type: ignore[arg-type]
        apart=fate if fate == "shared" else "",
        merged_into=into if fate == "merged" else None,
    )
    for kind, use in points:  # type: ignore[attr-defined]
        one.contact_points.create(kind=kind, use=use, value=str(number), match_key=f"{kind}{number}")
    for function, by_cpf, ends, is_lifted in blocks:  # type: ignore[attr-defined]
        until = None if ends is None else today + dt.timedelta(days=ends)
        made = block(cpf if by_cpf else one, [function], "x", until=until)
        if is_lifted:
            lift(Block.objects.filter(pk__in=[each.pk for each in made]))
    for yes, purpose, channel, hour in said:  # type: ignore[attr-defined]
        (grant if yes else revoke)(one, purpose, channel, origin="form", at=NOON + dt.timedelta(hours=hour))
    return one


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=4))
def test_many_at_once_get_the_answer_of_each(db: None, people: list[tuple[object, ...]]) -> None:
    Customer.objects.all().delete()
    Block.objects.all().delete()
    kept = Customer.objects.create(name="kept")
    everybody = [
        enter(number, person, f"{number:011d}", kept) for number, person in enumerate(people, start=1)
    ]
    ids = [one.pk for one in everybody]
    for purpose in CONSENTS:
        for channel in (*REACHED_BY, ""):
            one_by_one = {one.pk for one in everybody if may(one, purpose, channel).allowed}
            assert allowed(ids, purpose, channel) == one_by_one, (purpose, channel)


def test_the_cast_is_asked_for_in_one_statement(cast: Cast, django_assert_num_queries: type[object]) -> None:
    everybody = [cast.ana.pk, cast.bruno.pk, cast.carla.pk, cast.davi.pk]
    with django_assert_num_queries(1):  # type: ignore[call-arg]
        found = allowed(everybody, "campaign", "email")
    assert found == {cast.ana.pk, cast.bruno.pk, cast.davi.pk}
    assert allowed([], "campaign", "email") == set()


@pytest.mark.parametrize(
    ("born", "today", "of_age"),
    [
        ((2008, 2, 29), (2026, 2, 28), False),
        ((2008, 2, 29), (2026, 3, 1), True),
        ((2010, 2, 28), (2028, 2, 29), True),
        ((2010, 3, 1), (2028, 2, 29), False),
        ((2008, 11, 22), (2026, 11, 22), True),
        ((2008, 11, 23), (2026, 11, 22), False),
    ],
)
def test_full_age_begins_on_the_birthday_and_for_29_february_on_1_march(
    born: tuple[int, int, int], today: tuple[int, int, int], of_age: bool
) -> None:
    assert (dt.date(*born) <= of_age_since(dt.date(*today))) is of_age


def test_the_preferred_number_comes_first_and_an_unfit_one_never(cast: Cast) -> None:
    cast.ana.contact_points.create(kind="mobile", value="551", match_key="1", use="none")
    cast.ana.contact_points.create(kind="mobile", value="552", match_key="2", use="service")
    newer = cast.ana.contact_points.create(kind="mobile", value="553", match_key="3")
    old = cast.ana.contact_points.get(value="5541987654321")
    assert list(usable_points(cast.ana, "contact", "whatsapp")) == [newer, old]
    old.is_preferred = True
    old.save()
    assert usable_points(cast.ana, "contact", "whatsapp").first() == old
    assert {point.value for point in usable_points(cast.ana, "giftback", "sms")} == {"552", "553", old.value}


@pytest.mark.parametrize(
    ("use", "channel", "reason"),
    [
        ("service", "whatsapp", "O celular é só para atendimento."),
        ("none", "whatsapp", "O celular não deve ser usado."),
        ("service", "email", "O e-mail é só para atendimento."),
        ("none", "email", "O e-mail não deve ser usado."),
    ],
)
def test_a_contact_that_must_not_be_used_is_told(cast: Cast, use: str, channel: str, reason: str) -> None:
    cast.ana.contact_points.update(use=use)
    assert may(cast.ana, "campaign", channel).reason == reason
    assert may(cast.ana, "loyalty", channel).allowed is (use == "service")


def test_who_is_nobody_or_somebody_else_gets_nothing(cast: Cast) -> None:
    Customer.objects.filter(pk=cast.ana.pk).update(apart="marketplace")
    Customer.objects.filter(pk=cast.bruno.pk).update(merged_into=cast.davi)
    cast.ana.refresh_from_db()
    cast.bruno.refresh_from_db()
    assert may(cast.ana, "giftback", "").reason.startswith("Não é uma pessoa: ")
    assert may(cast.bruno, "giftback", "").reason == "Este cadastro foi unificado com outro."


def test_a_block_says_until_when_it_holds(cast: Cast) -> None:
    block(cast.ana, ["loyalty"], "viagem", until=dt.date(2099, 12, 31))
    assert may(cast.ana, "loyalty", "").reason == "Bloqueado para programa de fidelidade até 31/12/2099."
    revoke(cast.bruno, "loyalty", by=cast.saulo)
    assert may(cast.bruno, "loyalty", "").reason == "Não quer isto: programa de fidelidade."
