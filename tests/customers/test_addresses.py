"""Further addresses: kept with their kind, corrected, removed, each time in the log."""

from __future__ import annotations

import pytest

from recompra.customers.contact import addresses
from recompra.customers.models import Change
from recompra.theme.refused import Refused
from tests.cast import Cast

FLOWERS = {
    "kind": "delivery",
    "street": "Rua das Flores",
    "number": "10",
    "complement": "ap. 3",
    "district": "Centro",
    "postcode": "80010000",
    "city": "Curitiba",
    "state": "PR",
}
WRITTEN = "Rua das Flores, 10, ap. 3 · Centro · 80010-000 · Curitiba, PR"


def test_an_address_is_kept_and_noted(cast: Cast) -> None:
    kept = addresses.save(cast.ana, FLOWERS, by=cast.saulo)
    assert addresses.one_line(kept) == WRITTEN
    assert Change.objects.get().fields == [{"field": "address", "before": "", "after": WRITTEN}]


def test_the_same_address_is_kept_once_for_each_purpose(cast: Cast) -> None:
    addresses.save(cast.ana, FLOWERS, by=cast.saulo)
    with pytest.raises(Refused, match="já tem este endereço"):
        addresses.save(cast.ana, FLOWERS | {"street": "RUA DAS FLORES"}, by=cast.saulo)
    addresses.save(cast.ana, FLOWERS | {"kind": "billing"}, by=cast.saulo)
    assert cast.ana.addresses.count() == 2


def test_a_corrected_address_says_what_it_was_and_nothing_is_noted_without_a_difference(cast: Cast) -> None:
    kept = addresses.save(cast.ana, FLOWERS, by=cast.saulo)
    addresses.save(cast.ana, FLOWERS, by=cast.saulo, address=kept)
    assert Change.objects.count() == 1
    addresses.save(cast.ana, FLOWERS | {"number": "12"}, by=cast.marta, address=kept)
    noted = Change.objects.latest("pk")
    assert noted.fields[0]["before"] == WRITTEN
    assert noted.by == cast.marta


def test_who_corrects_on_top_of_a_colleague_is_told(cast: Cast) -> None:
    kept = addresses.save(cast.ana, FLOWERS, by=cast.saulo)
    seen = addresses.mark(kept)
    addresses.save(cast.ana, FLOWERS | {"number": "12"}, by=cast.marta, address=kept, seen=seen)
    with pytest.raises(Refused, match="Um colega mudou"):
        addresses.save(cast.ana, FLOWERS | {"number": "14"}, by=cast.saulo, address=kept, seen=seen)


def test_a_removed_address_is_gone_and_noted(cast: Cast) -> None:
    addresses.remove(addresses.save(cast.ana, FLOWERS, by=cast.saulo), by=cast.saulo)
    assert not cast.ana.addresses.exists()
    assert Change.objects.latest("pk").fields[0]["after"] == ""


def test_there_is_an_end_to_the_addresses(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST_ADDRESSES", 1)
    addresses.save(cast.ana, FLOWERS, by=cast.saulo)
    with pytest.raises(Refused, match="endereços demais"):
        addresses.save(cast.ana, FLOWERS | {"number": "12"}, by=cast.saulo)
