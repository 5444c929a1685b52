"""Registering somebody who asked to be forgotten: the attendant is told before it is saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from recompra.accounts.models import User
from recompra.customers.models import Customer
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.erasure.newcomer import warn
from recompra.privacy.models import Erasure
from recompra.work.drain import drain
from tests.cast import Cast

SENTENCE = "pediu a eliminação"


@pytest.mark.django_db(transaction=True)
def test_who_was_erased_is_not_registered_again_unawares(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    assert warn({"cpf": shop.carla.cpf or ""}) == []
    request_erasure(shop.carla, by=shop.denise)
    drain(Erasure, raising=True)
    saulo = client_for(shop.saulo)
    form = {"name": "Carla Nogueira", "cpf": "123.456.789-09"}
    answer = saulo.post("/clientes/novo/", form)
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert not Customer.objects.filter(cpf="12345678909").exists()
    assert saulo.post("/clientes/novo/", form | {"assim_mesmo": "1"}).status_code == 302
    assert Customer.objects.filter(cpf="12345678909").exists()


@pytest.mark.django_db(transaction=True)
def test_a_shared_telephone_tells_only_who_has_no_other_document(shop: Cast) -> None:
    request_erasure(shop.carla, by=shop.denise)
    drain(Erasure, raising=True)
    assert SENTENCE in warn({"mobile": "5541965432109"})[0]
    assert warn({"mobile": "5541965432109", "cpf": "39053344705"}) == []
    assert warn({"email": "outra@example.com"}) == []
