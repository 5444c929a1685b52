"""Two records become one and two again: every block holds, the strictest consent wins, nothing is lost."""

from __future__ import annotations

import pytest

from recompra.customers.identity.merge import merge, unmerge
from recompra.customers.models import Customer
from recompra.privacy.blocks.hold import block, lift, standing_blocks
from recompra.privacy.consents.ledger import grant, revoke, state
from recompra.privacy.models import Block, Consent, ConsentEvent
from recompra.privacy.permission import may
from tests.cast import Cast


def everything() -> list[object]:
    return [
        sorted(model._base_manager.values_list(*fields))
        for model, fields in (
            (Block, ("pk", "customer_id", "cpf", "function", "reason")),
            (ConsentEvent, ("pk", "customer_id", "action", "purpose", "channel")),
            (Consent, ("customer_id", "purpose", "channel", "state")),
            (Customer, ("pk", "accepts_contact")),
        )
    ]


@pytest.mark.parametrize("carla_is_kept", [True, False])
def test_ana_and_carla_become_one_and_two_again(cast: Cast, carla_is_kept: bool) -> None:
    kept, gone = (cast.carla, cast.ana) if carla_is_kept else (cast.ana, cast.carla)
    Customer.objects.filter(pk=gone.pk).update(cpf=None)
    gone.refresh_from_db()
    block(gone, ["giftback"], "fraude")
    block(kept, ["loyalty"], "pediu")
    revoke(gone, "loyalty", by=cast.saulo)
    grant(kept, "loyalty", by=cast.saulo)
    grant(gone, "giftback", by=cast.saulo)
    before = everything()
    done = merge(kept, gone, by=cast.saulo)
    kept.refresh_from_db()
    assert kept.accepts_contact is False
    assert may(kept, "contact", "whatsapp").reason == "Pediu para não receber contato."
    assert {one.function for one in standing_blocks(kept)} == {"giftback", "loyalty"}
    assert state(kept)["loyalty", ""].is_no
    assert ("giftback", "") not in state(kept)  # a merge raises nothing
    unmerge(done, by=cast.saulo)
    assert everything() == before


def test_a_block_of_the_other_record_s_cpf_holds_for_the_kept_one(cast: Cast) -> None:
    block(cast.bruno.cpf or "", ["campaigns"], "pediu")
    done = merge(cast.ana, cast.bruno, by=cast.saulo)
    assert not may(cast.ana, "campaign", "email").allowed
    unmerge(done, by=cast.saulo)
    assert may(cast.ana, "campaign", "email").allowed
    assert not may(Customer.objects.get(pk=cast.bruno.pk), "campaign", "email").allowed


def test_what_was_lifted_or_said_after_the_merge_stays_with_the_kept_one(cast: Cast) -> None:
    block(cast.bruno, ["campaigns"], "pediu")
    done = merge(cast.ana, cast.bruno, by=cast.saulo)
    lift(standing_blocks(cast.ana), by=cast.saulo)
    revoke(cast.ana, "marketing", "sms", by=cast.saulo)
    unmerge(done, by=cast.saulo)
    assert state(cast.ana)["marketing", "sms"].is_no
    assert Block.objects.get().lifted_at is not None
    assert Block.objects.get().customer == cast.bruno
