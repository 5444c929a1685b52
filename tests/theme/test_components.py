"""The pieces of a page say what they mean to eyes and to screen readers, and escape what they are given."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from recompra.analytics.rfm_map import SEGMENTS as CODES
from recompra.theme.forms import AmountField, DayField
from recompra.theme.rfm_matrix import rfm_matrix
from recompra.theme.segments import SEGMENTS, segment

FAMILIES = {"champ", "loyal", "new", "warn", "risk", "lost"}


def written(template: str, address: str = "/", **context: object) -> str:
    request = RequestFactory().get(address)
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    return engines["django"].from_string(template).render(context, request).strip()


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in written('{% icon "users" %}')
    labelled = written('{% icon "users" label="Pessoas" size=20 %}')
    assert 'role="img"' in labelled
    assert 'aria-label="Pessoas"' in labelled
    assert "aria-hidden" not in labelled


def test_every_segment_of_the_map_has_a_name_a_colour_a_meaning_and_a_strategy() -> None:
    assert set(SEGMENTS) == set(CODES)
    assert {one.family for one in SEGMENTS.values()} == FAMILIES
    assert len({str(one.label) for one in SEGMENTS.values()}) == len(CODES)
    assert [str(segment(code).label) for code in ("champions", "promising", None, "?")] == [
        "Campeões", "Novos promissores", "Sem compras", "Sem compras",
    ]  # fmt: skip


def test_a_badge_bears_the_name_and_the_colour_of_its_segment() -> None:
    badge = written('{% segment_badge "at_risk" %}')
    assert 'class="badge risk"' in badge
    assert ">Em risco<" in badge


def test_names_are_escaped_everywhere() -> None:
    evil = "<script>"
    for template in (
        "{% avatar name name %}",
        "{% kpi name name sub=name tip=name %}",
        '{% include "theme/empty.html" with title=name text=name action_url=name action_label=name %}',
        '{% include "theme/more.html" with href=name %}',
        '{% include "theme/toast.html" with sentence=name %}',
        "{% sort_th name name %}",
    ):
        assert "<script>" not in written(template, name=evil)


def test_a_heading_sorts_up_then_down_and_drops_the_cursor() -> None:
    template = '{% sort_th "Nome" "nome" %}'
    first = written(template, "/?q=a&apos=x")
    assert "aria-sort" not in first
    assert "?q=a&amp;ordem=nome" in first
    assert 'aria-sort="ascending"' in written(template, "/?ordem=nome")
    assert "?ordem=-nome" in written(template, "/?ordem=nome")
    assert 'aria-sort="descending"' in written(template, "/?ordem=-nome")


class Contact(forms.Form):
    name = forms.CharField(label="Nome", help_text="Como na nota.")
    credit = AmountField(label="Crédito", required=False)
    day = DayField(label="Dia", required=False)


def test_a_field_with_an_error_is_tied_to_its_words() -> None:
    page = written("{{ form }}", form=Contact({"credit": "mil"}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    for found in re.findall(r'aria-describedby="([^"]+)"', page):
        assert all(f'id="{one}"' in page for one in found.split())
    assert "(opcional)" in page


def test_amounts_and_days_are_read_as_written_here() -> None:
    form = Contact({"name": "Ana", "credit": "1.234,56", "day": "09/11/2026"})
    assert form.is_valid()
    assert (str(form.cleaned_data["credit"]), str(form.cleaned_data["day"])) == ("1234.56", "2026-11-09")
    assert 'value="1234,56"' in written(
        "{{ form.credit }}", form=Contact(initial={"credit": form.cleaned_data["credit"]})
    )


@pytest.fixture
def cells() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(recency=5, frequency=5, customers=100, segment="champions"),
        SimpleNamespace(recency=1, frequency=1, customers=1, segment="inactive"),
    ]


def test_the_matrix_has_frequency_five_on_top_and_all_25_squares(cells: list[SimpleNamespace]) -> None:
    rows = rfm_matrix(cells, lambda r, f: f"/clientes/?r={r}&f={f}")
    assert [row.frequency for row in rows] == [5, 4, 3, 2, 1]
    assert [len(row.squares) for row in rows] == [5] * 5
    best, worst, empty = rows[0].squares[4], rows[4].squares[0], rows[2].squares[2]
    assert (best.segment.code, best.level, best.href) == ("champions", 5, "/clientes/?r=5&f=5")
    assert best.tip == "Campeões · recência 5, frequência 5: 100 clientes"
    assert (worst.level, empty.level, empty.customers) == (1, 0, 0)


def test_only_squares_with_people_are_links_whose_name_holds_what_is_seen(
    cells: list[SimpleNamespace],
) -> None:
    page = written('{% include "theme/rfm_matrix.html" %}', matrix=rfm_matrix(cells, lambda r, f: "/x"))
    links = re.findall(r"<a href[^>]*>(.*?)</a>", page)
    assert len(links) == 2
    assert links[0].startswith('100<span class="sr"> clientes. Campeões')
