"""What we hold about Ana, in one file: complete, and hers alone (C12, C13, C22)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from django.test import Client

from recompra.accounts.models import AccessLog
from recompra.analytics.rfm_map import segment_of
from recompra.privacy.dossier import dossier

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


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
