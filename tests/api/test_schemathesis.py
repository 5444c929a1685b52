"""The API against its own document, by requests that nobody thought of."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from recompra.accounts.api_keys.issue import issue
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import User
from recompra.wsgi import application
from tests.cast import Cast

BUDGET = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=4
)
MEANT = [positive_data_acceptance]
"""A schema cannot say that a period must not end before it begins: what fits it may still be refused."""


def bearer_of(owner: User) -> dict[str, str]:
    cache.clear()
    key, secret = issue(owner, "schemathesis", set(Scope))
    ApiKey.objects.filter(pk=key.pk).update(per_minute=1_000_000)
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_operation_keeps_to_the_document(shop: Cast) -> None:
    bearer = bearer_of(shop.otavio)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    asked = 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        for mode in GenerationMode:
            budget = BUDGET if "/metrics/" in operation.path else settings(BUDGET, max_examples=15)

            @budget
            @given(case=operation.as_strategy(generation_mode=mode))
            def keeps_to_it(case: Case) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(headers=bearer, excluded_checks=MEANT)

            keeps_to_it()
    assert asked > 150


@pytest.mark.django_db(transaction=True)
def test_no_operation_answers_without_a_key(shop: Cast) -> None:
    bearer = bearer_of(shop.otavio)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    for operation in (found.ok() for found in schema.get_all_operations()):

        @settings(BUDGET, max_examples=1)
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def is_closed(case: Case) -> None:
            assert case.call(headers={"Authorization": "Bearer rc_abcdefgh_nothing"}).status_code == 401
            case.call_and_validate(headers=bearer, checks=[ignored_auth])

        is_closed()
