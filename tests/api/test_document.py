"""The OpenAPI document and docs/api.md tell what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from django.test import Client
from django.utils import translation

from recompra.accounts.api_keys.scopes import Scope
from recompra.api.asking import questions
from recompra.api.document import document
from recompra.api.rule_schema import EXAMPLE
from recompra.segments.rule.read import read

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, told in methods.items():
            yield path, method.upper(), told


def written(name: str) -> list[str]:
    """The lines of the page between two marks."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", PAGE, re.DOTALL)
    assert found is not None
    return found[1].splitlines()


def test_the_page_lists_the_operations_there_are() -> None:
    assert written("operations") == [
        f"| `{method} {path}` | `{told['security'][0]['Key'][0]}` | `{told['operationId']}` |"
        for path, method, told in operations()
        if not path.startswith("/api/metrics/")
    ]
    asked = {path for path, _method, _told in operations() if path.startswith("/api/metrics/")}
    assert asked == {f"/api/metrics/{name}" for name in questions()}


def test_the_page_lists_the_scopes_there_are() -> None:
    with translation.override("en"):
        assert written("scopes") == [f"| `{scope.value}` | {scope.label} |" for scope in Scope]


def test_the_page_names_every_code_of_an_error() -> None:
    source = "".join(path.read_text() for path in (ROOT / "recompra" / "api").glob("*.py"))
    codes = set(re.findall(r"Problem\(\s*\d{3},\s*\"([a-z_]+)\"", source))
    assert len(codes) > 8
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_the_document_needs_no_key_and_tells_nothing_of_the_shop(client: Client, db: None) -> None:
    answer = client.get("/api/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == json.loads(json.dumps(document()))


def test_every_operation_says_its_scope_its_failures_and_has_a_name_of_its_own() -> None:
    names = []
    for path, method, told in operations():
        names.append(told["operationId"])
        assert set(told["security"][0]["Key"]) <= set(Scope.values), (path, method)
        assert {"401", "403", "422", "429"} <= {str(status) for status in told["responses"]}, (path, method)
        assert told["description"], (path, method)
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere() -> None:
    told = json.dumps(document())
    wanted = set(re.findall(r"#/components/schemas/(\w+)", told))
    assert wanted <= set(document()["components"]["schemas"])


def test_the_example_of_a_rule_fits_its_schema_and_is_read() -> None:
    schema = {"$ref": "#/components/schemas/Rule", "components": document()["components"]}
    jsonschema.Draft202012Validator(schema).validate(EXAMPLE)
    assert read(EXAMPLE).rules
