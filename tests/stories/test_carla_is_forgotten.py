"""Carla asks by phone to be forgotten: Saulo takes it in, Denise erases, writes and closes; she is nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recompra.accounts import audit
from recompra.accounts.models import AccessLog
from recompra.customers.models import Customer
from recompra.customers.search import find
from recompra.ingest.models import ImportRun
from recompra.privacy.models import Erasure, PrivacyRequest
from recompra.privacy.requests import handle as requests
from recompra.work.drain import drain
from tests.cast import Cast
from tests.ingest.bring import brought, csv_file

CPF = "123.456.789-09"


@pytest.mark.django_db(transaction=True)
def test_carla_is_forgotten(shop: Cast, client_for: Callable[..., Client], tmp_path: Path) -> None:
    carla = shop.carla.pk
    saulo, denise = client_for(shop.saulo), client_for(shop.denise)

    # The call. Saulo finds her by phone, calls her back on the number on record, and takes the request in.
    found = saulo.post(reverse("customers:search"), {"busca": "(41) 96543-2109"}).content.decode()
    assert "Carla Nogueira" in found
    saulo.post(
        reverse("privacy:request_customer", args=[shop.carla.public_id]),
        {
            "pedido": "deletion", "canal": "phone", "recebida": f"{timezone.localdate():%Y-%m-%d}",
            "identidade": "known_contact", "contato": "", "texto": "Quero ser esquecida.",
        },
    )  # fmt: skip
    request = PrivacyRequest.objects.get()
    assert request.is_identified
    erase = reverse("privacy:erase", args=[shop.carla.public_id]) + f"?solicitacao={request.protocol}"
    assert saulo.get(erase).status_code == 403

    # The officer sees it wait, and erases.
    page = denise.get(reverse("privacy:request", args=[request.protocol])).content.decode()
    assert erase in page
    refused = denise.post(erase, {"palavra": "talvez", "identidade": "known_contact"})
    assert refused.status_code == 422
    answer = denise.post(erase, {"palavra": "ELIMINAR", "identidade": "known_contact"})
    assert answer.status_code == 302, answer.content.decode()
    drain(Erasure, raising=True)
    erasure = Erasure.objects.get()
    assert (erasure.status, erasure.step, erasure.request) == ("done", "proved", request)
    assert not Customer.objects.filter(pk=carla).exists()
    request.refresh_from_db()
    assert (request.name, request.customer_id) == ("Carla Nogueira", None)  # she must still be told

    # The letter, then the protocol is closed, and with it her name goes.
    def act(slug: str, **given: str) -> str:
        address = reverse("privacy:request_act", args=[request.protocol, slug])
        return denise.post(address, given, follow=True).content.decode()

    assert "Eliminamos os seus dados pessoais" in act("resultado", resultado="fulfilled")
    assert "respondida e encerrada" in act("respondida", como="e-mail")
    request.refresh_from_db()
    assert (request.name, request.contact, request.asked, request.letter) == ("", "", "", "")
    assert (request.outcome, request.is_open) == ("fulfilled", False)
    told = list(request.steps.order_by("pk").values_list("what", flat=True))
    assert told == ["opened", "identified", "erasure", "outcome", "answered", "forgotten"]
    assert set(request.steps.values_list("text", flat=True)) == {""}

    # She is nobody any more: not by search, not after her sales come in again.
    assert find(CPF, None).rows == []
    assert find("carla nogueira", None).rows == []
    her = "Carla Nogueira;12345678909;carla@example.com;41965432109"
    row = f"C77;1;25/01/2026;c1;{her};S1;Caneca;1;10,00;0;centro;ok"
    again = csv_file(tmp_path, [row])
    run: ImportRun = brought(again)
    assert run.status == ImportRun.Status.DONE, run.error
    assert find(CPF, None).rows == []
    assert not Customer.objects.filter(name__icontains="Carla").exists()

    # What stays is the proof: who did what, without a word about her.
    actions = list(AccessLog.objects.filter(customer_id=carla).values_list("action", flat=True))
    assert {"request_open", "erasure_asked", "erased"} <= set(actions)
    assert audit.first_break() is None
    assert requests.waiting() == 0
