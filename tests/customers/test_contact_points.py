"""Phones and e-mails: read as people write them, kept with their origin, changed, preferred, removed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from recompra.customers.contact import points as contact_points
from recompra.customers.contact.points import Terms
from recompra.customers.models import Change, ContactPoint
from recompra.customers.record.undo import undo
from recompra.privacy.permission import may
from recompra.theme.refused import Refused
from tests.cast import Cast


def point(cast: Cast, kind: str) -> ContactPoint:
    return cast.ana.contact_points.get(kind=kind)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("(41) 98765-0000", "mobile", "5541987650000"),
        ("041 3222 1234", "phone", "554132221234"),
        ("+1 415 555 2671", "mobile", "14155552671"),
        ("  Ana Souza <ANA.S@Example.com> ", "email", "ana.s@example.com"),
        ("mailto:ana@example.com", "email", "ana@example.com"),
    ],
)
def test_a_phone_and_an_e_mail_are_told_apart_as_people_write_them(text: str, kind: str, value: str) -> None:
    written = contact_points.read(text)
    assert (written.kind, written.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Escreva um telefone com DDD"),
        ("98765-4321", "Falta o DDD"),
        ("41 98765-4321 / 41 98765-4322", "vários números"),
        ("0800 123 4567", "não são de ninguém"),
        ("11111111111", "Não é um telefone"),
        ("ana@@example", "E-mail"),
        ("<script>alert(1)</script>", "Não é um telefone"),
        ("=cmd|'/c calc'!A1", "Não é um telefone"),
    ],
)
def test_what_is_neither_is_refused_with_its_own_sentence(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        contact_points.read(text)
    assert said.casefold() in refused.value.sentence.casefold()


def test_a_point_is_added_with_its_origin_and_noted_in_the_log(cast: Cast) -> None:
    before = cast.ana.version
    added = contact_points.add(
        cast.ana, contact_points.read("ana.souza@example.org"), by=cast.saulo, origin="customer"
    )
    assert (added.origin, added.use, added.match_key) == ("customer", "any", "ana.souza@example.org")
    change = Change.objects.get()
    assert change.fields == [{"field": "email", "before": "", "after": "ana.souza@example.org"}]
    assert (change.by, change.origin) == (cast.saulo, "attendant")
    cast.ana.refresh_from_db()
    assert cast.ana.version == before + 1


def test_the_same_number_without_its_ninth_digit_is_the_same_contact(cast: Cast) -> None:
    with pytest.raises(Refused, match="já tem este contato"):
        contact_points.add(cast.ana, contact_points.read("(41) 8765-4321"), by=cast.saulo)


def test_another_value_is_confirmed_by_nobody_and_one_looked_up_becomes_the_attendants(cast: Cast) -> None:
    looked_up = contact_points.add(
        cast.ana,
        contact_points.read("41 3222-1234"),
        by=cast.saulo,
        origin="receita",
        use="service",
        legal_basis="art. 7, IX",
    )
    assert looked_up.is_to_confirm
    contact_points.confirm(looked_up, "answered")
    looked_up.refresh_from_db()
    assert not looked_up.is_to_confirm
    written = contact_points.read("41 3222-9999")
    contact_points.change(looked_up, written, Terms("receita", "service"), by=cast.saulo)
    looked_up.refresh_from_db()
    assert (looked_up.value, looked_up.origin) == ("554132229999", "attendant")
    assert (looked_up.verified_at, looked_up.legal_basis) == (None, "")
    assert Change.objects.latest("pk").fields == [
        {"field": "phone", "before": "554132221234", "after": "554132229999"}
    ]


def test_an_e_mail_that_becomes_a_phone_is_no_longer_the_preferred_e_mail(cast: Cast) -> None:
    email = point(cast, "email")
    contact_points.prefer(email)
    contact_points.change(
        email, contact_points.read("41 98888-7777"), Terms("customer", "any"), by=cast.saulo
    )
    email.refresh_from_db()
    assert (email.kind, email.is_preferred) == ("mobile", False)
    fields = {one["field"]: (one["before"], one["after"]) for one in Change.objects.latest("pk").fields}
    assert fields == {"email": ("ana@example.com", ""), "mobile": ("", "5541988887777")}


def test_one_of_a_kind_is_preferred_and_the_database_holds_it(cast: Cast) -> None:
    first = point(cast, "mobile")
    second = contact_points.add(cast.ana, contact_points.read("41 98888-7777"), by=cast.saulo)
    contact_points.prefer(first)
    contact_points.prefer(second)
    assert list(cast.ana.contact_points.filter(is_preferred=True)) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.filter(pk=first.pk).update(is_preferred=True)
    contact_points.prefer(second)
    assert not cast.ana.contact_points.filter(is_preferred=True).exists()


def test_what_a_point_may_be_used_for_is_held_by_permission_and_noted(cast: Cast) -> None:
    mobile = point(cast, "mobile")
    assert may(cast.ana, "contact", "whatsapp").allowed
    contact_points.change(mobile, None, Terms("system", "none"), by=cast.saulo)
    assert not may(cast.ana, "contact", "whatsapp").allowed
    assert [one["field"] for one in Change.objects.get().fields] == ["contact_use"]


def test_who_corrects_on_top_of_a_colleague_is_told(cast: Cast) -> None:
    mobile = point(cast, "mobile")
    seen = contact_points.mark(mobile)
    first, second = contact_points.read("41 98888-7777"), contact_points.read("41 98888-6666")
    contact_points.change(mobile, first, Terms("customer", "any"), by=cast.saulo, seen=seen)
    with pytest.raises(Refused, match="Um colega mudou"):
        contact_points.change(mobile, second, Terms("customer", "any"), by=cast.marta, seen=seen)
    mobile.refresh_from_db()
    assert mobile.value == "5541988887777"
    contact_points.remove(mobile, by=cast.saulo)
    with pytest.raises(Refused, match="Um colega mudou"):
        contact_points.change(mobile, second, Terms("customer", "any"), by=cast.marta)


def test_the_mark_of_a_point_tells_nothing_of_it(cast: Cast) -> None:
    assert "98765" not in contact_points.mark(point(cast, "mobile"))


def test_a_removed_point_is_brought_back_by_the_change_log(cast: Cast) -> None:
    contact_points.remove(point(cast, "email"), by=cast.saulo)
    assert not cast.ana.contact_points.filter(kind="email").exists()
    undo(Change.objects.get(), by=cast.saulo)
    assert point(cast, "email").value == "ana@example.com"


def test_a_point_removed_twice_is_noted_once(cast: Cast) -> None:
    email = point(cast, "email")
    again = point(cast, "email")
    contact_points.remove(email, by=cast.saulo)
    contact_points.remove(again, by=cast.saulo)
    assert Change.objects.count() == 1


def test_there_is_an_end_to_the_contacts_of_one_customer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_points, "MOST_POINTS", 2)
    with pytest.raises(Refused, match="contatos demais"):
        contact_points.add(cast.ana, contact_points.read("41 98888-7777"), by=cast.saulo)
