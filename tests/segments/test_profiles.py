"""What the warehouse may know of people: the same answers as the pages give, person by person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from recompra.customers.keys import CustomerKey, key_of
from recompra.customers.models import ContactAttempt, Customer, Membership
from recompra.customers.record import completeness
from recompra.privacy.blocks.hold import block, standing_blocks
from recompra.privacy.consents.fold import refusal
from recompra.privacy.consents.ledger import grant, revoke, state
from recompra.privacy.models import Block, Channel
from recompra.privacy.permission import may
from recompra.segments import profiles
from recompra.segments.ages import EDGES
from recompra.segments.marital import code_of
from tests import twelve_orders
from tests.cast import Cast, customer


def band_of(birth_date: dt.date, today: dt.date) -> int:
    """The band in which somebody stands today; born on 29 February, they are a year older from 1 March on."""
    age = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    found: int = max(edge for edge in EDGES if edge <= max(age, 0))
    return found


class Calm:
    """A lease that nobody takes away."""

    def progress(self, *_told: object) -> None:
        pass


def published(tmp_path: Path, only: list[int] | None = None) -> dict[int, dict[str, Any]]:
    path = tmp_path / "profiles.parquet"
    count = profiles.publish(path, Calm(), only)  # type: ignore[arg-type]
    rows = {row["customer_key"]: row for row in pq.read_table(path).to_pylist()}
    assert len(rows) == count
    return rows


def test_ana_is_told_without_anything_that_names_her(cast: Cast, tmp_path: Path) -> None:
    assert published(tmp_path)[twelve_orders.ANA] == {
        "customer_key": twelve_orders.ANA,
        "registered_on": timezone.localdate(),
        "birth_day": 314,
        "age_band": band_of(dt.date(1990, 3, 14), timezone.localdate()),
        "sex": "F",
        "marital_status": None,
        "state": "PR",
        "is_company": False,
        "completeness": 95,
        "has_mobile": True,
        "has_phone": False,
        "has_email": True,
        "is_subscriber": True,
        "reach_whatsapp": True,
        "reach_email": True,
        "reach_sms": True,
        "blocked_campaigns": False,
        "blocked_messages": False,
        "blocked_loyalty": False,
        "blocked_giftback": False,
        "loyalty_program": None,
        "loyalty_tier": None,
        "loyalty_since": None,
        "contacted_on": None,
    }


def key(person: Customer) -> int:
    found = key_of(person.pk)
    assert found is not None
    return found


def crowd() -> list[Customer]:
    """People of every kind that a rule about permission or completeness tells apart."""
    born = {"birth_date": timezone.localdate() - dt.timedelta(days=17 * 365)}
    people = [
        Customer.objects.create(name="Elisa", cpf="52998224806"),
        Customer.objects.create(),
        Customer.objects.create(cnpj="11222333000181", trade_name="Padaria", city="Recife"),
        customer(3001, "Fábio", "39053344705", "41911112222", "fabio@example.com"),
        customer(3002, "Gilda", "86288366757", "41911113333", "gilda@example.com", accepts_contact=True),
        customer(3003, "Hugo", "71428793860", "41911114444", "hugo@example.com", **born),
        customer(3004, "Íris", "46177187070", "41911115555", "iris@example.com", accepts_contact=True),
        customer(3005, "João", "29537995593", "41911116666", "joao@example.com", accepts_contact=False),
        customer(3006, "Lia", "22233366638", "41911117777", "lia@example.com", sex="F", street="Rua A, 1"),
    ]
    for number, person in enumerate(people[:3], 4001):
        CustomerKey.objects.create(customer=person, key=number)
    _elisa, _nobody, _company, fabio, gilda, _hugo, iris, joao, lia = people
    block("39053344705", [Block.Function.CAMPAIGNS, Block.Function.LOYALTY], "asked for it")
    block(gilda, [Block.Function.MESSAGES], "asked for it", until=timezone.localdate())
    block(gilda, [Block.Function.GIFTBACK], "over", until=timezone.localdate() - dt.timedelta(days=1))
    revoke(iris, "marketing", Channel.SMS)
    grant(joao, "marketing", Channel.EMAIL)
    lia.contact_points.filter(kind="mobile").update(use="service")
    lia.contact_points.filter(kind="email").update(use="none")
    fabio.contact_points.create(kind="phone", value="554132221111", match_key="3222111141")
    return people


def test_everybody_may_be_reached_as_the_permission_says(cast: Cast, tmp_path: Path) -> None:
    crowd()
    told = published(tmp_path)
    assert len(told) == 13
    for person in Customer.objects.all():
        row = told[key(person)]
        for column, channel in profiles.REACHED.items():
            assert row[column] is may(person, "campaign", channel).allowed, (person.name, column)
        standing = {one.function for one in standing_blocks(person)}
        for function in Block.Function.values:
            assert row[f"blocked_{function}"] is (function in standing), (person.name, function)
        stands = {by: held for (of, by), held in state(person).items() if of == "marketing"}
        agreed = [
            channel for channel, held in stands.items() if not held.is_no and refusal(stands, channel) is None
        ]
        assert row["is_subscriber"] is bool(agreed), person.name


def test_every_record_is_as_complete_as_its_page_says(cast: Cast, tmp_path: Path) -> None:
    crowd()
    told = published(tmp_path)
    for person in Customer.objects.all():
        kinds = set(person.contact_points.values_list("kind", flat=True))
        row = told[key(person)]
        assert row["completeness"] == completeness.of(person, kinds).score, person.name
        assert row["is_company"] is person.is_company
        assert (row["has_mobile"], row["has_phone"], row["has_email"]) == (
            "mobile" in kinds,
            "phone" in kinds,
            "email" in kinds,
        )


def test_who_is_nobody_or_was_merged_is_left_out(cast: Cast, tmp_path: Path) -> None:
    Customer.objects.filter(pk=cast.bruno.pk).update(apart=Customer.Apart.PLACEHOLDER)
    Customer.objects.filter(pk=cast.carla.pk).update(merged_into=cast.ana)
    assert set(published(tmp_path)) == {twelve_orders.ANA, twelve_orders.DAVI}
    assert profiles.everybody() == 2
    assert profiles.keys_now([cast.ana.pk, cast.bruno.pk]) == [twelve_orders.ANA, twelve_orders.BRUNO]


def test_some_people_are_told_as_among_all(cast: Cast, tmp_path: Path) -> None:
    people = crowd()
    everybody = published(tmp_path)
    chosen = [people[3].pk, people[4].pk, cast.davi.pk]
    assert published(tmp_path, chosen) == {
        one: row for one, row in everybody.items() if one in (3001, 3002, twelve_orders.DAVI)
    }


def test_any_number_of_people_in_any_pieces(cast: Cast, tmp_path: Path, monkeypatch: Any) -> None:
    crowd()
    at_once = published(tmp_path)
    for size in (1, 4, 13, 14):
        monkeypatch.setattr(profiles, "CHUNK", size)
        assert published(tmp_path) == at_once


def test_of_several_programmes_the_one_joined_last_counts(cast: Cast, tmp_path: Path) -> None:
    joined = {"Clube": None, "Ouro": dt.date(2024, 5, 1), "Prata": dt.date(2023, 1, 1)}
    for program, day in joined.items():
        Membership.objects.create(customer=cast.ana, program=program, tier="A", joined_on=day)
    Membership.objects.create(customer=cast.bruno, program="Clube", left_on=dt.date(2025, 1, 1))
    told = published(tmp_path)
    ana, bruno = told[twelve_orders.ANA], told[twelve_orders.BRUNO]
    assert (ana["loyalty_program"], ana["loyalty_tier"], ana["loyalty_since"]) == (
        "Ouro",
        "A",
        dt.date(2024, 5, 1),
    )
    assert (bruno["loyalty_program"], bruno["loyalty_tier"]) == (None, None)


def test_the_last_contact_is_a_day_of_the_shop(cast: Cast, tmp_path: Path) -> None:
    late = dt.datetime(2026, 5, 2, 1, 30, tzinfo=dt.UTC)  # still 1 May in São Paulo
    for at in (late, late - dt.timedelta(days=30)):
        ContactAttempt.objects.create(customer=cast.ana, at=at)
    assert published(tmp_path)[twelve_orders.ANA]["contacted_on"] == dt.date(2026, 5, 1)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Solteiro(a)", "single"),
        ("CASADA", "married"),
        ("união estável", "union"),
        ("Em união estável", "union"),
        ("Separado judicialmente", "separated"),
        ("divorciada", "divorced"),
        ("Viúvo", "widowed"),
        ("C", "married"),
        ("não informado", None),
        ("", None),
    ],
)
def test_marital_statuses_are_read_as_people_write_them(said: str, code: str | None) -> None:
    assert code_of(said) == code


def test_a_birthday_of_29_february_and_its_neighbours_fall_into_the_band_of_their_age() -> None:
    born = [dt.date(1980, 2, 28), dt.date(1980, 2, 29), dt.date(1980, 3, 1), dt.date(2024, 12, 31)]
    for at in (dt.date(2025, 2, 28), dt.date(2025, 3, 1), dt.date(2024, 2, 29)):
        told = profiles.born(pa.array([*born, None], pa.date32()), at)
        assert told["age_band"].to_pylist() == [*(band_of(day, at) for day in born), None]
    assert told["birth_day"].to_pylist() == [228, 229, 301, 1231, None]
