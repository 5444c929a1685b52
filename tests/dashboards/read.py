"""Reads the dashboard as a person does: figures by their label, tables by their rows."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

HOME = "/painel/clientes/"


def page(client: Client, address: str = HOME, status: int = 200, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, (address, answer.status_code)
    return unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u2212", "-")


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def figures(markup: str) -> dict[str, tuple[str, str]]:
    """{label: (value, what stands under it)}."""
    found = {}
    for label, value, rest in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>(.*?)</div>", markup, re.DOTALL):
        under = re.match(r'<dd class="sub">([^<]*)</dd>', rest)
        found[text(label)] = (text(value), under[1] if under else "")
    return found


def rows(markup: str) -> dict[str, list[str]]:
    """{first cell: the other cells} of the tile's table, its total too."""
    table = re.search(r'<table class="table">(.*?)</table>', markup, re.DOTALL)
    assert table, "no table"
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL):
        cells = [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        found[cells[0]] = cells[1:]
    return found


def people_link(markup: str, words: str) -> str:
    """The address behind "Ver pessoas" of a figure, or of a row's first cell."""
    figure = re.search(rf'<dt>{re.escape(words)}</dt>(?:(?!</div>).)*?href="([^"]+)"', markup, re.DOTALL)
    row = re.search(rf'<th scope="row"><a href="([^"]+)">{re.escape(words)}</a>', markup)
    found = figure or row
    assert found, f"no people behind {words}"
    return found[1]
