"""The builder without a browser: what its buttons do, what it counts, what it keeps, what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.segments.builder import draft
from recompra.segments.models import Segment, SegmentDraft
from recompra.segments.rule.read import as_json, read
from tests.cast import Cast
from tests.segments.stage import publish_people

NEW = "segments:new"


@pytest.fixture
def people(shop: Cast, tmp_path: Path) -> Cast:
    """The shop, with its people published for segments."""
    publish_people(tmp_path)
    return shop


def flat(node: Any, parent: int = 0) -> list[tuple[str, str]]:
    """What the browser would send of a tree."""
    sent = [("node", f"{node.id}.{parent}.{node.kind}")]
    sent += [(f"n{node.id}.{name}", value) for name, values in node.inputs.items() for value in values]
    for rule in node.rules:
        sent += flat(rule, node.id)
    return sent


def send(client: Client, user: User, act: str, at: str = "", htmx: str = "", **more: Any) -> Any:
    """Press a button of the builder, the form being as the draft has it; `more`: inputs typed meanwhile."""
    at = at or reverse(NEW)
    row = SegmentDraft.objects.filter(owner=user).order_by("-updated_at").first()
    now = draft.read((row or draft.opened(user, None)).content)
    sent: dict[str, Any] = {}
    for name, value in flat(now.tree):
        sent.setdefault(name, []).append(value)
    sent |= {"nome": now.name, "pasta": now.folder, "descricao": now.description, "act": act}
    sent |= {name.replace("__", "."): value for name, value in more.items()}
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    return client.post(at, sent, headers=headers)


def count_of(answer: Any) -> int:
    found = re.search(r'class="big">([\d.]+)<', answer.content.decode())
    assert found is not None
    return int(found[1].replace(".", ""))


def test_marta_builds_a_group_and_sees_how_many_they_are(
    people: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(people.marta)
    page = client.get(reverse(NEW))
    assert page.status_code == 200
    assert count_of(page) == 4
    send(client, people.marta, "add:1:field:ltv")
    answer = send(client, people.marta, "", htmx="resultado", n2__a="700")
    assert count_of(answer) == 3  # Ana 740, Bruno 1,900, Davi 780
    assert "Clientes que" in answer.content.decode()
