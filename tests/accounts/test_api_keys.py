"""The page of the API keys: the secret is seen once, and each key can be closed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from django.test import Client

from recompra.accounts.api_keys.issue import find, issue, revoke
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.models import AccessLog, User
from recompra.theme.refused import Refused
from tests.cast import Cast

For = Callable[[User], Client]
PAGE = "/equipe/chaves/"
ASKED = {"name": "ERP", "scopes": ["metrics:read"], "lasts": "90"}


def test_the_owner_makes_a_key_and_sees_its_secret_once(cast: Cast, client_for: For) -> None:
    owner = client_for(cast.otavio)
    answer = owner.post(f"{PAGE}nova/", ASKED)
    secret = re.search(r'value="(rc_[a-z]{8}_[\w-]{43})"', answer.content.decode())
    assert secret is not None
    assert answer["Cache-Control"] == "no-store"
    key = ApiKey.objects.get()
    assert find(secret[1]) == key
    assert key.secret_hash == hashlib.sha256(secret[1].encode()).hexdigest()
    assert (key.name, key.scopes, key.every_store, key.created_by) == (
        "ERP",
        ["metrics:read"],
        True,
        cast.otavio,
    )
    page = owner.get(PAGE).content.decode()
    assert key.prefix in page
    assert secret[1] not in page
    entry = AccessLog.objects.latest("id")
    assert (entry.action, entry.reason, entry.staff) == ("api_key_made", f"ERP ({key.prefix})", cast.otavio)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scopes": []}, "Este campo é obrigatório."),
        ({"name": ""}, "Este campo é obrigatório."),
        ({"name": "ana@example.com"}, "Dê à chave o nome do sistema"),
        ({"scopes": ["tudo"]}, "tudo"),
        ({"stores": ["99"]}, "99"),
    ],
)
def test_a_key_without_scope_or_with_a_wrong_name_is_not_made(
    cast: Cast, client_for: For, given: dict[str, object], words: str
) -> None:
    answer = client_for(cast.otavio).post(f"{PAGE}nova/", ASKED | given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_after_a_question_and_only_once(cast: Cast, client_for: For) -> None:
    owner = client_for(cast.otavio)
    key, secret = issue(cast.otavio, "BI", ["metrics:read"], stores=[cast.centro])
    address = f"{PAGE}{key.pk}/revogar/"
    assert "para de funcionar na hora" in owner.get(address).content.decode()
    assert find(secret) == key
    assert owner.post(address).status_code == 302
    assert find(secret) is None
    assert owner.post(address).status_code == 422
    assert AccessLog.objects.latest("id").action == "api_key_revoked"
    assert "Loja Centro" in owner.get(PAGE, {"situacao": "fechada"}).content.decode()
    assert "Nenhuma chave encontrada" in owner.get(PAGE, {"situacao": "aberta"}).content.decode()


def test_keys_are_searched_and_sorted(cast: Cast, client_for: For) -> None:
    for name in ("Zap", "BI", "ERP"):
        issue(cast.otavio, name, ["metrics:read"])
    owner = client_for(cast.otavio)
    page = owner.get(PAGE, {"ordem": "nome"}).content.decode()
    assert page.index(">BI<") < page.index(">ERP<") < page.index(">Zap<")
    found = owner.get(PAGE, {"busca": "er"}).content.decode()
    assert ">ERP<" in found
    assert ">Zap<" not in found
    assert "Nenhuma chave encontrada" in owner.get(PAGE, {"busca": "nada"}).content.decode()


def test_a_store_taken_from_a_key_does_not_open_the_others(cast: Cast) -> None:
    key, secret = issue(cast.otavio, "ERP", ["metrics:read"], stores=[cast.centro])
    cast.centro.delete()
    found = find(secret)
    assert found == key
    assert found.store_scope() == frozenset()
    with pytest.raises(Refused):
        issue(cast.otavio, "ERP", ["metrics:read"], stores=[])


def test_a_key_says_when_it_was_used_last(cast: Cast) -> None:
    key, secret = issue(cast.otavio, "ERP", ["metrics:read"])
    assert key.last_used_at is None
    find(secret)
    key.refresh_from_db()
    used = key.last_used_at
    assert used is not None
    find(secret)
    key.refresh_from_db()
    assert key.last_used_at == used, "one writing a minute"
    revoke(cast.otavio, key)
    with pytest.raises(Refused):
        revoke(cast.otavio, key)
