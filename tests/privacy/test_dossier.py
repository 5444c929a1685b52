"""What we hold about Ana, in one file: complete, and hers alone (C12, C13, C22)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pypdf
import pytest
from django.apps import apps
from django.test import Client
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from recompra import privacy
from recompra.accounts.models import AccessLog
from recompra.analytics.rfm_map import segment_of
from recompra.privacy.dossier.dossier import column_title, dossier, held_tables, portable
from tests.house.canary import every_held, plant, rows_bearing

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
SCHEMA = Path(str(privacy.__file__)).parent / "dossier" / "schema.json"


def asked(client: Client, cast: Cast, kind: str) -> Any:
    address = f"/privacidade/titulares/{cast.ana.public_id}/dossie/"
    return client.post(address, {"formato": kind, "identidade": "document"})


def test_the_officer_takes_the_dossier_and_the_log_says_so(
    shop: Cast, client_for: Callable[..., Client]
) -> None:
    answer = asked(client_for(shop.denise), shop, "json")
    assert answer.status_code == 200
    found = json.loads(answer.content)
    assert shop.ana.cpf in json.dumps(found)
    entry = AccessLog.objects.get(action="dossier")
    assert (entry.staff, entry.customer_id) == (shop.denise, shop.ana.pk)
    assert "documento" in entry.reason
    assert shop.ana.cpf not in str(vars(entry))


def test_the_pdf_can_be_read_by_machines(shop: Cast, client_for: Callable[..., Client]) -> None:
    shop.ana.name = "Ana Conceição 🌻 مريم"
    shop.ana.save()
    answer = asked(client_for(shop.denise), shop, "pdf")
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    text = "\n".join(page.extract_text() for page in read.pages)
    assert "Ana Conceição [U+1F33B]" in text
    assert str(shop.ana.cpf) in text


@pytest.fixture
def two_canaries(shop: Cast) -> dict[str, list[str]]:
    """Ana and Bruno with a row each in every table that rooms declare; what was planted about Ana."""
    planted = plant(shop.ana, "canary-ana", shop.saulo)
    plant(shop.bruno, "canary-bruno", shop.saulo)
    return planted


def test_every_table_of_every_room_is_in_it(shop: Cast, two_canaries: dict[str, list[str]]) -> None:
    found = {part["table"]: part["rows"] for part in dossier(shop.ana.pk)["held"]}
    empty = [held.model for held in every_held() if not found.get(held.model)]
    assert empty == []
    told = json.dumps(found, ensure_ascii=False)
    missing = [text for texts in two_canaries.values() for text in texts if text not in told]
    assert missing == []
    assert len(found["warehouse.orders"]) > 0
    assert len(found["warehouse.order_items"]) > 0


def test_brute_force_finds_nothing_that_the_dossier_lacks(
    shop: Cast, two_canaries: dict[str, list[str]]
) -> None:
    parts = dossier(shop.ana.pk)["held"]
    told = {(part["table"], row.get("id", row.get("customer_id"))) for part in parts for row in part["rows"]}
    assert len(rows_bearing("canary-ana")) >= 15
    assert rows_bearing("canary-ana") - told == set()


def test_nothing_of_anybody_else_is_in_it(shop: Cast, two_canaries: dict[str, list[str]]) -> None:
    told = json.dumps(dossier(shop.ana.pk), ensure_ascii=False)
    others = ("canary-bruno", shop.bruno.cpf, shop.bruno.name, shop.carla.cpf, str(shop.bruno.public_id))
    assert [other for other in others if other and other in told] == []


def test_it_has_the_form_that_is_published(shop: Cast, two_canaries: dict[str, list[str]]) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    found = json.loads(json.dumps(dossier(shop.ana.pk)))
    jsonschema.validate(found, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**found, "held": [{"table": "x"}]}, schema)


def test_the_profile_can_be_computed_again_from_what_it_says(shop: Cast) -> None:
    profile = dossier(shop.ana.pk)["profile"]
    inputs, cuts = profile["inputs"], profile["cuts"]
    value = {
        "recency": -Decimal(inputs["recency_days"]),
        "frequency": Decimal(inputs["frequency"]),
        "monetary": Decimal(inputs["monetary"]),
    }
    edges = {
        "recency": sorted(-Decimal(edge) for edge in cuts["recency"]),
        "frequency": sorted(map(Decimal, cuts["frequency"])),
        "monetary": sorted(map(Decimal, cuts["monetary"])),
    }
    again = {name: 1 + sum(edge <= value[name] for edge in edges[name]) for name in value}
    assert again == profile["scores"]
    assert segment_of(again["recency"], again["frequency"], again["monetary"]) == profile["segment"]
    assert [line["score"] for line in profile["in_words"]] == list(profile["scores"].values())


def test_the_portable_tables_open_again(shop: Cast, client_for: Callable[..., Client]) -> None:
    shop.ana.name = "=Ana()"
    shop.ana.save()
    answer = asked(client_for(shop.denise), shop, "zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        tables = {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }
    assert tables["customers.Customer.csv"][0]["name"] == "'=Ana()"
    assert tables["customers.Customer.csv"][0]["cpf"] == shop.ana.cpf
    assert tables["warehouse.orders.csv"]
    assert "accounts.AccessLog.csv" not in tables
    assert "warehouse.scores.csv" not in tables


def test_the_portable_book_holds_what_the_tables_hold(shop: Cast, client_for: Callable[..., Client]) -> None:
    shop.ana.name = "=Ana()"
    shop.ana.save()
    answer = asked(client_for(shop.denise), shop, "xlsx")
    assert AccessLog.objects.get(action="portability").customer_id == shop.ana.pk
    parts = {part["table"]: part["rows"] for part in portable(shop.ana.pk)}
    with CalamineWorkbook.from_filelike(io.BytesIO(answer.content)) as book:
        assert [len(name) <= 31 for name in book.sheet_names] == [True] * len(parts)
        read = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    sheets = {table: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
              for table, rows in zip(parts, read, strict=True)}  # fmt: skip
    assert {table: len(rows) for table, rows in sheets.items()} == {
        table: len(rows) for table, rows in parts.items()
    }
    (ana,) = sheets["customers.Customer"]
    assert (ana["name"], ana["cpf"]) == ("'=Ana()", shop.ana.cpf)
    orders = sheets["warehouse.orders"]
    assert [row["order_key"] for row in orders] == [row["order_key"] for row in parts["warehouse.orders"]]


@pytest.mark.parametrize("who", ["marta", "lucia", "saulo", "aline"])
def test_only_who_answers_for_privacy_takes_it(
    shop: Cast, client_for: Callable[..., Client], who: str
) -> None:
    assert asked(client_for(getattr(shop, who)), shop, "json").status_code == 403


def test_without_a_checked_identity_there_is_no_file(shop: Cast, client_for: Callable[..., Client]) -> None:
    address = f"/privacidade/titulares/{shop.ana.public_id}/dossie/"
    answer = client_for(shop.denise).post(address, {"formato": "json", "identidade": ""})
    assert answer.status_code == 422
    assert not AccessLog.objects.filter(action="dossier").exists()


def test_every_column_of_a_dossier_has_words_in_the_language_of_the_person() -> None:
    same = {"CPF", "CNPJ", "RG"}
    for table in held_tables():
        model = apps.get_model(table.model)
        for column in model._meta.concrete_fields:
            with override("en"):
                english = column_title(model, column.attname)
            with override("pt-br"):
                portuguese = column_title(model, column.attname)
            assert portuguese != english or portuguese in same, f"{table.model}.{column.name}"
