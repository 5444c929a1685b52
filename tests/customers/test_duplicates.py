"""Who is there twice is found, and who only looks it is not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.bench.crowd import settle
from recompra.customers.identifiers import name_key
from recompra.customers.identity import apart, queue, search
from recompra.customers.identity.merge import merge
from recompra.customers.identity.weights import COMPARISONS, QUEUE
from recompra.customers.identity.words import AGAINST, CHOSEN, FOR
from recompra.customers.models import (
    ApartDecision,
    ContactPoint,
    Customer,
    Duplicate,
    DuplicateSearch,
    ExternalId,
    OwnDocument,
)
from recompra.theme.refused import Refused
from recompra.work.drain import drain
from recompra.work.wishes import cancel
from tests.cast import Cast


def someone(name: str, *, mobile: str = "", email: str = "", **fields: object) -> Customer:
    person = Customer.objects.create(name=name, name_key=name_key(name), **fields)
    if mobile:
        ContactPoint.objects.create(
            customer=person, kind="mobile", value=f"55{mobile}", match_key=mobile[-8:] + mobile[:2]
        )
    if email:
        ContactPoint.objects.create(customer=person, kind="email", value=email, match_key=email)
    return person


def searched() -> DuplicateSearch:
    search.request("person")
    drain(DuplicateSearch, raising=True)
    return DuplicateSearch.objects.order_by("-pk")[0]


def found(one: Customer, other: Customer) -> Duplicate | None:
    searched()
    first, second = sorted((one.pk, other.pk))
    return Duplicate.objects.filter(first=first, second=second).first()


ANA = {"mobile": "41987654321"}


@pytest.mark.parametrize(
    ("name", "told", "reasons"),
    [
        ("Ana Beatris Souza", ANA, {"same_phone", "same_first", "same_last"}),
        ("Anna Beatriz Souza", ANA, {"same_phone", "sounds_alike"}),
        ("A. Souza", ANA | {"birth_date": dt.date(1990, 3, 14)}, {"abbreviated", "same_birth"}),
        ("Ana Lima", ANA | {"birth_date": dt.date(1990, 3, 14)}, {"other_last", "same_birth"}),
        ("Ana Beatriz Souza", {"birth_date": dt.date(1990, 3, 14)}, {"same_name", "same_birth"}),
        ("Ana Beatriz Souza", {"mobile": "41987653421"}, {"same_name", "similar_phone"}),
        ("Ana Souza", {"email": "ana@example.com", "birth_date": dt.date(1990, 4, 14)}, {"same_email"}),
    ],
)
def test_ana_is_found_again(cast: Cast, name: str, told: dict[str, object], reasons: set[str]) -> None:
    again = someone(name, **told)  # type: ignore[arg-type]
    pair = found(cast.ana, again)
    assert pair is not None
    assert pair.score >= QUEUE
    assert reasons <= set(pair.reasons)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Pedro Souza", ANA),
        ("Júlia Beatriz Souza", ANA | {"birth_date": dt.date(1990, 3, 14), "cpf": "39053344705"}),
        ("", ANA),
        ("Ana Souza", {}),
        ("Ana Beatriz Souza", {"birth_date": dt.date(1961, 8, 2), "cpf": "39053344705"}),
        ("Marta Nogueira", {"birth_date": dt.date(1990, 3, 14)}),
    ],
    ids=["a family's phone", "a twin sister", "nothing but a phone", "a common name", "a namesake", "a day"],
)
def test_who_only_looks_like_ana_is_left_alone(cast: Cast, name: str, told: dict[str, object]) -> None:
    assert found(cast.ana, someone(name, **told)) is None  # type: ignore[arg-type]


def test_father_and_son_of_one_name_on_one_phone_are_two(cast: Cast) -> None:
    son = someone("Bruno Álvares Lima Filho", mobile="11976543210", birth_date=dt.date(2008, 7, 2))
    assert found(cast.bruno, son) is None


def test_a_phone_of_half_the_town_joins_nobody_and_is_reported(cast: Cast) -> None:
    for number in range(40):
        someone(f"Cliente {number:02d} Silva", mobile="41999990000")
    row = searched()
    assert row.capped["phone"] == 40
    assert row.people == 44


def test_a_search_done_again_changes_nothing(cast: Cast) -> None:
    pair = found(cast.ana, someone("Ana Beatriz Souza", mobile="41987654321"))
    assert pair is not None
    again = searched()
    assert Duplicate.objects.get() == pair
    assert (again.found, again.status) == (1, "done")


def test_a_pair_that_is_no_longer_alike_leaves_the_queue(cast: Cast) -> None:
    other = someone("Ana Beatriz Souza", mobile="41987654321")
    assert found(cast.ana, other)
    other.contact_points.all().delete()
    Customer.objects.filter(pk=other.pk).update(name_key="zoe martins")
    assert found(cast.ana, other) is None


def test_different_people_never_come_again_not_even_through_a_merge(cast: Cast) -> None:
    other = someone("Ana Beatriz Souza", mobile="41987654321")
    pair = found(cast.ana, other)
    assert pair is not None
    queue.decide(pair, "different", by=cast.saulo)
    searched()
    pair.refresh_from_db()
    assert (pair.status, pair.decided_by) == ("different", cast.saulo)
    third = someone("Ana B. Souza", mobile="41987654321", email="ana@example.com")
    merge(third, other, by=cast.saulo)
    searched()
    between = sorted((cast.ana.pk, third.pk))
    assert not Duplicate.objects.filter(first=between[0], second=between[1], status="open").exists()


def test_a_merged_record_is_not_searched(cast: Cast) -> None:
    other = someone("Ana Beatriz Souza", mobile="41987654321")
    merge(cast.ana, other, by=None)
    assert searched().people == 4
    assert not Duplicate.objects.filter(status="open").exists()


def test_a_cancelled_search_ends_and_leaves_the_queue_as_it_was(cast: Cast) -> None:
    someone("Ana Beatriz Souza", mobile="41987654321")
    search.request("person")
    cancel(DuplicateSearch.objects.get())
    drain(DuplicateSearch, raising=True)
    assert not Duplicate.objects.exists()
    assert DuplicateSearch.objects.get().status == "cancelled"


def test_an_import_s_wish_waits_an_hour_and_a_person_s_does_not(cast: Cast) -> None:
    searched()
    search.request("import")
    search.request("import")
    waiting = DuplicateSearch.objects.get(status="waiting")
    assert waiting.due_at > waiting.created_at + dt.timedelta(minutes=50)
    search.request("person")
    assert DuplicateSearch.objects.get(status="waiting").due_at < waiting.due_at


def test_every_reason_has_its_words() -> None:
    codes = {code for levels in COMPARISONS for level in levels for code in level.codes}
    assert codes | {CHOSEN} == FOR.keys() | AGAINST.keys()


def test_a_crowd_with_planted_twins_is_told_apart(cast: Cast) -> None:
    truth = settle(3_000, 7)
    searched()
    ids = dict(ExternalId.objects.values_list("value", "customer_id"))
    same = {tuple(sorted((ids[a], ids[b]))) for a, b, _kind, is_same in truth if is_same}
    pairs = set(Duplicate.objects.values_list("first", "second"))
    assert len(pairs & same) >= 0.8 * len(same)
    assert len(pairs - same) <= 0.05 * len(pairs)


@pytest.mark.parametrize(
    ("fields", "kind", "evidence"),
    [
        ({"name": "CONSUMIDOR FINAL"}, "placeholder", "name"),
        ({"name": "Loja", "cpf": "39053344705"}, "placeholder", "own_document"),
        ({"name": "Ebazar", "cnpj": "03007331000141"}, "marketplace", "marketplace"),
        ({"name": "Zoe", "email": "a1b2@ct.vtex.com"}, "marketplace", "relay"),
    ],
)
def test_who_is_nobody_is_set_apart(cast: Cast, fields: dict[str, str], kind: str, evidence: str) -> None:
    OwnDocument.objects.create(value="39053344705")
    nobody = someone(**fields)  # type: ignore[arg-type]
    person = someone("Zoe Prado", mobile="41900001111", email="x9@ct.vtex.com")
    searched()
    nobody.refresh_from_db()
    person.refresh_from_db()
    assert (nobody.apart, person.apart) == (kind, "")
    assert ApartDecision.objects.get().evidence == evidence


def test_a_person_s_word_holds_against_the_search(cast: Cast) -> None:
    nobody = someone("Consumidor")
    searched()
    nobody.refresh_from_db()
    with pytest.raises(Refused, match="por quê"):
        apart.set_apart(nobody, "", by=cast.saulo, reason=" ")
    apart.set_apart(nobody, "", by=cast.saulo, reason="é o sobrenome dele")
    searched()
    nobody.refresh_from_db()
    assert nobody.apart == ""
    apart.set_apart(cast.ana, "shared", by=cast.saulo, reason="CPF da caixa")
    with pytest.raises(Refused, match="mantido à parte"):
        merge(cast.bruno, cast.ana, by=cast.saulo)


@given(st.lists(st.sampled_from(sorted(FOR.keys() | AGAINST.keys())), unique=True))
def test_what_speaks_for_a_pair_is_told_before_what_speaks_against(codes: list[str]) -> None:
    from recompra.customers.identity.words import reasons

    sides = [reason.is_for for reason in reasons(codes)]
    assert len(sides) == len(codes)
    assert sides == sorted(sides, reverse=True)
