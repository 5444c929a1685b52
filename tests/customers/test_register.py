"""Making a record and changing it: what is read, what is refused, what is noted, and taking it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recompra.customers import identifiers
from recompra.customers.models import Change, ContactPoint, Customer, CustomerKey
from recompra.customers.record import changes
from recompra.customers.record.fields import OWN, POINTS, read, restored, shown, stored
from recompra.customers.record.register import Stale, Wrong, amend, create
from recompra.customers.record.undo import ChangedSince, undo
from recompra.theme.refused import Refused
from tests.cast import Cast


def last(customer: Customer) -> Change:
    return customer.changes.order_by("at", "pk").last()  # type: ignore[return-value]


def save(cast: Cast, **new: object) -> Customer:
    cast.ana.refresh_from_db()
    return amend(cast.ana.pk, new, seen_version=cast.ana.version, by=cast.saulo)


def test_a_new_customer_is_found_by_everything_and_has_a_key(cast: Cast) -> None:
    elisa = create(
        {
            "name": "  Elisa   Ângela Prado ",
            "cpf": "390.533.447-05",
            "rg": "mg-14.555.666",
            "birth_date": "5/2/1991",
            "mobile": "(31) 98888-7777",
            "email": "Elisa@Example.com",
            "postcode": "30130-010",
            "state": "mg",
        },
        by=cast.saulo,
    )
    kept = Customer.objects.get(pk=elisa.pk)
    assert (kept.name, kept.name_key, kept.cpf, kept.rg, kept.rg_key, kept.state, kept.postcode) == (
        "Elisa Ângela Prado", "elisa angela prado", "39053344705", "mg-14.555.666", "MG14555666", "MG",
        "30130010",
    )  # fmt: skip
    assert kept.birth_date == dt.date(1991, 2, 5)
    assert kept.version == 1
    points = kept.contact_points.values_list("kind", "value", "match_key", "origin")
    assert set(points) == {
        ("mobile", "5531988887777", "8888777731", "attendant"),
        ("email", "elisa@example.com", "elisa@example.com", "attendant"),
    }
    assert CustomerKey.objects.filter(customer=kept).exists()
    assert changes.title(last(kept)) == "Cadastro feito"


@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        ("cpf", "529.982.247-24", "dígitos verificadores"),
        ("cpf", "111.111.111-11", "dígitos verificadores"),
        ("cnpj", "12.345.678/0001-00", "dígitos verificadores"),
        ("birth_date", "14/03/1880", "antes de 1900"),
        ("birth_date", "31/02/1990", "dd/mm/aaaa"),
        ("birth_date", "ontem", "dd/mm/aaaa"),
        ("mobile", "98765-4321", "DDD"),
        ("mobile", "(41) 3333-2222", "telefone fixo"),
        ("mobile", "0800 123 4567", "não é um telefone"),
        ("mobile", "abc", "não é um telefone"),
        ("email", "ana@", "depois do @"),
        ("postcode", "8001-00", "oito dígitos"),
        ("postcode", "ABCDEFGH", "oito dígitos"),
        ("state", "XX", "lista"),
        ("sex", "X", "lista"),
        ("name", "x" * 10_000, "10.000"),
        ("street", "y" * 201, "201"),
        ("name", " \u202e\x07 ", "nome"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_at_its_field(
    cast: Cast, name: str, written: str, sentence: str
) -> None:
    with pytest.raises(Wrong) as refused:
        save(cast, **{name: written})
    assert sentence in refused.value.fields[name]
    assert not Change.objects.exists()


def test_a_birth_date_in_the_future_is_refused(cast: Cast) -> None:
    with pytest.raises(Wrong, match="futuro"):
        save(cast, birth_date=timezone.localdate() + dt.timedelta(days=1))
    assert save(cast, birth_date=timezone.localdate()).birth_date == timezone.localdate()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Zoë 🌻 Østergård", "Zoë 🌻 Østergård"),
        ("نور الهدى", "نور الهدى"),
        ("👩\u200d👧 Família", "👩\u200d👧 Família"),
        ("Ana\u202egnp.exe", "Anagnp.exe"),
        ("Ana\u2066\u2069\x00\x1b Souza", "Ana Souza"),
        ("Ana\r\n\tSouza", "Ana Souza"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=1+1", "=1+1"),
        ("A\u0301lvaro", "Álvaro"),
    ],
)
def test_any_script_and_emoji_stay_and_what_turns_text_round_goes(
    cast: Cast, written: str, kept: str
) -> None:
    assert save(cast, name=written).name == kept


def test_each_save_is_one_change_with_from_and_to(cast: Cast) -> None:
    changed = amend(
        cast.ana.pk,
        {"birth_date": "15/03/1990", "email": "ana.souza@example.com", "sex": "F"},
        seen_version=1,
        by=cast.saulo,
        reason="ligou para corrigir",
    )
    change = last(changed)
    assert (change.by, change.origin, change.reason) == (cast.saulo, "attendant", "ligou para corrigir")
    assert change.fields == [
        {"field": "birth_date", "before": "1990-03-14", "after": "1990-03-15"},
        {"field": "email", "before": "ana@example.com", "after": "ana.souza@example.com"},
    ]
    assert (change.names, change.version, changed.version) == (",birth_date,email,", 2, 2)


def test_what_is_already_so_is_no_change(cast: Cast) -> None:
    same = save(cast, name="Ana Beatriz Souza", cpf="529.982.247-25", mobile="41 98765 4321")
    assert same.version == 1
    assert not Change.objects.exists()


def test_the_second_of_two_attendants_is_told_what_the_first_saved(cast: Cast) -> None:
    amend(cast.ana.pk, {"city": "Londrina"}, seen_version=1, by=cast.saulo)
    with pytest.raises(Stale) as told:
        amend(cast.ana.pk, {"street": "Rua XV, 1"}, seen_version=1, by=cast.marta)
    assert told.value.customer.city == "Londrina"
    [change] = told.value.changes
    assert change.by == cast.saulo
    assert change.fields == [{"field": "city", "before": "Curitiba", "after": "Londrina"}]
    assert amend(cast.ana.pk, {"street": "Rua XV, 1"}, seen_version=2, by=cast.marta).street == "Rua XV, 1"


def test_a_cpf_is_of_one_record_only(cast: Cast) -> None:
    with pytest.raises(Wrong) as refused:
        save(cast, cpf="111.444.777-35", city="Londrina")
    assert refused.value.fields == {"cpf": "Este CPF já é de outro cadastro."}
    assert refused.value.taken == {"cpf": cast.bruno.public_id}
    cast.ana.refresh_from_db()
    assert (cast.ana.city, cast.ana.version) == ("Curitiba", 1)
    with pytest.raises(Wrong):
        create({"name": "Outra Ana", "cpf": "52998224725"}, by=cast.saulo)
    assert not Customer.objects.filter(name="Outra Ana").exists()


def test_a_name_may_be_corrected_but_not_taken_away(cast: Cast) -> None:
    with pytest.raises(Wrong, match="nome"):
        save(cast, name="")
    with pytest.raises(Wrong, match="nome"):
        create({"mobile": "41 98765-0000"}, by=cast.saulo)


def test_a_record_that_was_merged_is_not_corrected(cast: Cast) -> None:
    Customer.objects.filter(pk=cast.ana.pk).update(merged_into=cast.bruno)
    with pytest.raises(Refused, match="unido a outro"):
        save(cast, city="Londrina")


def test_a_corrected_mobile_replaces_the_one_that_stands_first(cast: Cast) -> None:
    second = ContactPoint.objects.create(
        customer=cast.ana, kind="mobile", value="5541999990000", match_key="9999000041", is_preferred=True
    )
    save(cast, mobile="(41) 99999-0001")
    second.refresh_from_db()
    assert (second.value, second.match_key, second.origin) == ("5541999990001", "9999000141", "attendant")
    assert cast.ana.contact_points.filter(kind="mobile").count() == 2
    with pytest.raises(Wrong, match="aba Contato"):
        save(cast, mobile="(41) 98765-4321")
    save(cast, mobile="")
    assert cast.ana.contact_points.filter(kind="mobile").count() == 1


def test_a_company_has_a_trade_name(cast: Cast) -> None:
    bakery = create(
        {"name": "Padaria Central Ltda", "trade_name": "Pão Nosso", "cnpj": "12abc34501de35"}, by=cast.saulo
    )
    assert (bakery.cnpj, bakery.trade_name, bakery.is_company) == ("12ABC34501DE35", "Pão Nosso", True)


def test_a_change_is_taken_back_by_a_change(cast: Cast) -> None:
    save(cast, cpf="390.533.447-05", email="outra@example.com", birth_date="")
    back = undo(last(cast.ana), by=cast.marta)
    cast.ana.refresh_from_db()
    assert (cast.ana.cpf, cast.ana.birth_date) == ("52998224725", dt.date(1990, 3, 14))
    assert cast.ana.contact_points.get(kind="email").value == "ana@example.com"
    assert (back.origin, back.by, cast.ana.version) == ("undo", cast.marta, 3)
    first = cast.ana.changes.get(origin="attendant")
    assert first.undone_by == back
    with pytest.raises(Refused, match="já foi desfeita"):
        undo(first, by=cast.marta)
    undo(back, by=cast.marta)
    first.refresh_from_db()
    cast.ana.refresh_from_db()
    assert first.undone_by is None
    assert cast.ana.cpf == "39053344705"


def test_what_was_changed_again_since_stays_and_the_rest_can_be_taken_back(cast: Cast) -> None:
    save(cast, city="Londrina", street="Rua XV, 1")
    first = last(cast.ana)
    save(cast, city="Maringá")
    with pytest.raises(ChangedSince, match="Cidade") as refused:
        undo(first, by=cast.marta)
    assert refused.value.others == ("street",)
    undo(first, by=cast.marta, only=refused.value.others)
    cast.ana.refresh_from_db()
    assert (cast.ana.city, cast.ana.street) == ("Maringá", "")


def test_a_document_that_became_another_s_is_not_taken_back(cast: Cast) -> None:
    save(cast, cpf="")
    change = last(cast.ana)
    create({"name": "Outra Ana", "cpf": "52998224725"}, by=cast.saulo)
    with pytest.raises(Wrong, match="outro cadastro"):
        undo(change, by=cast.saulo)


def test_fields_are_masked_unless_they_may_be_seen_whole() -> None:
    assert shown("cpf", "52998224725", whole=False) == "•••.982.247-••"
    assert shown("birth_date", "1990-03-14", whole=False) == "••/03/••••"
    assert shown("street", "Rua XV, 1", whole=False) == "••••••••"
    assert shown("something_new", "x", whole=False) == "••••••••"
    assert shown("city", "Curitiba", whole=False) == "Curitiba"
    assert shown("mobile", "5541987654321", whole=True) == "(41)\xa098765-4321"
    assert shown("mobile", "14155552671", whole=True) == "+14155552671"
    assert shown("postcode", "80010000", whole=True) == "80010-000"


@given(st.text(max_size=60))
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    for name in (*OWN, *POINTS):
        try:
            once = read(name, text)
        except Refused:
            continue
        assert read(name, once) == once
        assert restored(name, stored(once)) == once


NEW: dict[str, Any] = {
    "name": st.sampled_from(["Ana", "Ana Souza", "Ana Beatriz"]),
    "cpf": st.sampled_from(["52998224725", "39053344705", "11144477735", ""]),
    "birth_date": st.sampled_from(["1990-03-14", "1991-01-01", ""]),
    "city": st.sampled_from(["Curitiba", "Londrina", ""]),
    "mobile": st.sampled_from(["41987654321", "41999990000", "41 8765-4321", ""]),
    "email": st.sampled_from(["ana@example.com", "a@b.com", ""]),
}
STEPS = st.lists(
    st.one_of(st.fixed_dictionaries({}, optional=NEW), st.integers(0, 9)), min_size=1, max_size=8
)


def folded(said: dict[str, Any], noted: list[changes.Noted]) -> None:
    """What a record says, one change further."""
    for one in noted:
        if one["field"] in POINTS:
            said[one["field"]] = (said[one["field"]] - {one["before"]}) | ({one["after"]} - {""})
        else:
            said[one["field"]] = one["after"]


def says(customer: Customer) -> dict[str, Any]:
    customer.refresh_from_db()
    points = {
        kind: set(customer.contact_points.filter(kind=kind).values_list("value", flat=True))
        for kind in POINTS
    }
    return {name: stored(getattr(customer, name)) for name in OWN} | points


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_a_record_is_the_fold_of_its_changes(cast: Cast, steps: list[Any]) -> None:
    created = create({"name": "Flora"}, by=None)
    said = says(created)
    for step in steps:
        try:
            if isinstance(step, dict):
                amend(created.pk, step, seen_version=None, by=cast.saulo)
            elif done := list(created.changes.order_by("pk")):
                undo(done[step % len(done)], by=cast.saulo)
        except Refused:
            pass
    told = list(created.changes.order_by("at", "pk"))
    for change in told[1:]:
        folded(said, change.fields)
    assert says(created) == said
    assert created.version == len(told) == told[-1].version
    assert (created.name_key, created.rg_key) == (identifiers.name_key(created.name), "")
    created.delete()
