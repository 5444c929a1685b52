"""The law: every table that leads to a customer is in its room's export and in its erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import models

from recompra.customers.models import Customer
from recompra.theme.personal import rooms
from tests.house.canary import every_held, plant, rows_bearing

if TYPE_CHECKING:
    from tests.cast import Cast

FREE = {
    "privacy.Erasure": "the erasure itself: it outlives the person and names nobody",
    "privacy.ErasedIdentifier": "keyed hashes of who was erased",
    "customers.ExportRoll": "numbers of everybody in an exported list; the dossier reads it by `roll`",
}
"""Tables that lead to a customer by a chain, and hold nothing about one."""


def leads_to_customers() -> set[type[models.Model]]:
    """Every model from which foreign keys lead to Customer, through any number of tables, or that keeps a
    customer's number."""
    found: set[type[models.Model]] = {Customer}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found
            and any(
                field.related_model in found if field.is_relation else field.name.endswith("customer_id")
                for field in model._meta.concrete_fields
            )
        }
        if not more:
            return found
        found |= more


def test_every_table_that_leads_to_a_customer_is_declared_as_held() -> None:
    declared = {one.model for one in every_held()}
    leading = {model._meta.label for model in leads_to_customers()}
    assert leading - declared - FREE.keys() == set(), "add a Held line to the room's personal_data.py"
    assert declared - leading == set(), "declared, and leads to nobody"


def test_whoever_declares_tables_exports_and_erases_them() -> None:
    for room, declared in rooms():
        if getattr(declared, "HELD", ()):
            assert hasattr(declared, "export"), room
            assert hasattr(declared, "erase"), room
            prefixes = {one.model.partition(".")[0] for one in declared.HELD}
            assert prefixes == {room}


def test_tables_come_before_those_they_refer_to() -> None:
    for room, declared in rooms():
        place = {one.table: number for number, one in enumerate(getattr(declared, "HELD", ()))}
        for model, number in place.items():
            for field in model._meta.concrete_fields:
                target = field.related_model if field.is_relation else None
                if target in place and target is not model:
                    assert number < place[target], (room, model, target)


@pytest.mark.django_db
def test_erasing_leaves_no_row_of_the_person_and_every_row_of_the_others(shop: Cast) -> None:
    """Brute force: a row about Carla and one about Bruno in every table, and only Bruno's are left."""
    plant(shop.carla, "canary-carla", shop.saulo)
    plant(shop.bruno, "canary-bruno", shop.saulo)
    brunos, kept = rows_bearing("canary-bruno"), {one.model for one in every_held() if one.kept}
    for _ in range(2):  # again: it is idempotent
        for _room, declared in rooms():
            if hasattr(declared, "erase"):
                declared.erase(shop.carla.pk)
    assert rows_bearing("canary-bruno") == brunos
    assert {table for table, _pk in rows_bearing("canary-carla")} <= kept
    left = {one.model for one in every_held() if not one.kept and one.of(shop.carla.pk).exists()}
    assert left == set()
