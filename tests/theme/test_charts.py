"""A chart is well-formed markup that says its figures, in every language and for every figure."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from recompra.theme.charts import (
    Bar,
    Bin,
    Cell,
    Flow,
    HeatRow,
    Node,
    Series,
    Tile,
    bars,
    gauge,
    heat,
    lines,
    meter,
    reliability,
    sankey,
    treemap,
)  # fmt: skip
from recompra.theme.charts.frame import scale_for
from recompra.theme.charts.treemap import squarify

EVIL = """<script>alert("1")</script>'&"""
FINITE = st.floats(
    min_value=-1e12, max_value=1e12, allow_nan=False, allow_infinity=False, allow_subnormal=False
)


def parsed(markup: str) -> ElementTree.Element:
    """The markup as XML; a bare attribute, which only HTML knows, gets a value."""
    return ElementTree.fromstring(re.sub(r" data-chart(?=[ >])", ' data-chart=""', markup))  # noqa: S314 - our own


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if name in one.get("class", "").split()]


def tips(root: ElementTree.Element) -> list[str]:
    return [one.get("data-tip", "") for one in root.iter() if one.get("data-tip")]


def test_every_bar_can_be_walked_to_and_says_its_month_and_value() -> None:
    drawn = parsed(
        bars(
            "Compras", "24 meses", [Bar("out/26", 0, "out/26: R$ 0,00"), Bar("nov/26", 9, "nov/26: R$ 9,00")]
        )
    )
    assert tips(drawn) == ["out/26: R$ 0,00", "nov/26: R$ 9,00"]
    assert len(of_class(drawn, "bar")) == 1
    plot = of_class(drawn, "plot")[0]
    assert (plot.get("role"), plot.get("tabindex"), plot.get("aria-label")) == (
        "img",
        "0",
        "Compras. 24 meses",
    )


def test_the_past_year_is_lighter() -> None:
    drawn = parsed(bars("Compras", "", [Bar("a", 1, "a"), Bar("b", 1, "b"), Bar("c", 1, "c")], now_from=2))
    assert [bar.get("class") for bar in of_class(drawn, "bar")] == ["bar", "bar", "bar now"]


def test_a_month_of_returns_hangs_below_zero() -> None:
    drawn = parsed(bars("Compras", "", [Bar("a", 100, "a"), Bar("b", Decimal("-50"), "b")]))
    up, down = of_class(drawn, "bar")
    zero = float(up.get("y", "").rstrip("%")) + float(up.get("height", "").rstrip("%"))
    assert float(down.get("y", "").rstrip("%")) == pytest.approx(zero, abs=0.01)


def test_a_missing_month_interrupts_the_line() -> None:
    drawn = parsed(
        lines(
            "Receita",
            "",
            ["a", "b", "c", "d", "e"],
            [Series("receita", [1, 2, None, 4, 5])],
            tips=list("abcde"),
        )
    )
    assert len(of_class(drawn, "line")) == 2
    assert len(tips(drawn)) == 5


def test_a_gauge_says_its_number_and_its_word() -> None:
    drawn = parsed(gauge("Risco de perda", 0.954, "risco alto"))
    assert drawn.get("aria-label") == "Risco de perda: 95%, risco alto"
    assert "high" in drawn.get("class", "")
    assert [text.text for text in drawn.iter("text")] == ["95%", "risco alto"]


def test_tiles_are_links_and_nothing_of_zero_is_drawn() -> None:
    tiles = [
        Tile(1, "risk", "Em risco", "", "Em risco: 1", "/clientes/?a=1&b=2"),
        Tile(0, "new", "Novos", "", "", "/n"),
    ]
    links = list(parsed(treemap("Receita", tiles)).iter("a"))
    assert [link.get("href") for link in links] == ["/clientes/?a=1&b=2"]


def test_a_tile_beside_a_giant_does_not_break_the_picture() -> None:
    tiles = [
        Tile(Decimal("1e9"), "champ", "Campeões", "", "", "/"),
        Tile(Decimal("0.01"), "new", "Novos", "", "", "/"),
    ]
    assert len(list(parsed(treemap("Receita", tiles)).iter("a"))) == 1
    assert not list(parsed(treemap("Receita", [])).iter("a"))


def test_two_titles_are_never_shortened_to_the_same_word() -> None:
    small = [Tile(1, "new", f"Novos {word}", "", word, "/") for word in ("promissores", "recentes")]
    drawn = parsed(treemap("Receita", [Tile(60, "champ", "Campeões", "", "", "/"), *small]))
    assert [text.text for text in drawn.iter("text")].count("Novos") <= 1


@given(st.lists(st.floats(min_value=1, max_value=1e4), min_size=1, max_size=20))
def test_the_areas_of_the_tiles_are_their_shares(weights: list[float]) -> None:
    weights.sort(reverse=True)
    boxes = squarify(weights, 1.6)
    for weight, box in zip(weights, boxes, strict=True):
        assert box.width * box.height / 10_000 == pytest.approx(weight / sum(weights), rel=1e-6, abs=1e-9)
        assert min(box.x, box.y) > -1e-6
        assert max(box.x + box.width, box.y + box.height) < 100 + 1e-6


@given(st.lists(FINITE, max_size=40))
def test_a_scale_holds_zero_and_every_value(values: list[float]) -> None:
    scale = scale_for(values)
    assert scale.low <= min([*values, 0]) + abs(scale.low) * 1e-9
    assert scale.high >= max([*values, 0]) - abs(scale.high) * 1e-9
    assert 2 <= len(scale.ticks) <= 12


@example([5e-324])
@given(st.lists(FINITE, max_size=36))
def test_any_figures_give_well_formed_markup(values: list[float]) -> None:
    parsed(bars("t", "d", [Bar("x", value, "tip") for value in values]))
    parsed(lines("t", "d", ["x"] * len(values), [Series("s", values, area=True)], tips=["tip"] * len(values)))


def test_every_text_is_escaped() -> None:
    markup = (
        bars(EVIL, EVIL, [Bar(EVIL, 1, EVIL)])
        + lines(EVIL, EVIL, [EVIL], [Series(EVIL, [1], EVIL)], tips=[EVIL])
        + gauge(EVIL, 0.5, EVIL)
        + meter(0.5, EVIL, EVIL)
        + treemap(EVIL, [Tile(1, EVIL, EVIL, EVIL, EVIL, EVIL)])
    )
    assert "<script" not in markup
    parsed(f"<div>{markup}</div>")


def test_coordinates_are_written_with_a_point_in_portuguese() -> None:
    with translation.override("pt-br"):
        drawn = parsed(bars("t", "", [Bar(str(n), n, "tip") for n in range(7)]))
    for one in drawn.iter():
        for name in ("x", "y", "width", "height", "x1", "y1"):
            assert "," not in one.get(name, "")


def test_nothing_is_drawn_with_inline_style_or_script() -> None:
    markup = bars("t", "d", [Bar("a", 1, "x")]) + gauge("t", 0.2, "baixo") + meter(0.3, "x")
    assert "style=" not in markup
    assert " on" not in re.sub(r'"[^"]*"', "", markup)


def test_a_heat_map_is_a_table_whose_colours_follow_the_shares() -> None:
    rows = [
        HeatRow("nov/26", "10", [Cell(0.5, "50%", "metade"), Cell(0.0, "0%", "ninguém"), Cell(None)]),
        HeatRow("dez/26", "4", [Cell(0.05, "5%", "poucos")]),
    ]
    cells = [
        list(row.iter("td")) for row in parsed(heat("Safras", "Mês", ["+1", "+2", "+3"], rows)).iter("tr")
    ]
    assert [[cell.get("class") for cell in row] for row in cells] == [
        [],
        ["l5", "l0", None],  # what is not known yet has no colour, nobody has the faintest
        ["l1", None, None],  # missing cells at the end are empty
    ]
    assert cells[1][0].get("data-tip") == "metade"
    assert cells[2][0].text == "5%"


def test_a_heat_map_escapes_its_texts_and_stands_without_values() -> None:
    markup = heat(EVIL, EVIL, [EVIL], [HeatRow(EVIL, EVIL, [Cell(1, EVIL, EVIL)])])
    assert "<script" not in markup
    parsed(markup)
    parsed(heat("t", "c", [], []))


# ribbons between groups, and predictions against what came true --------------------------------------------

GROUPS = [
    Node("a", "Campeões", "10", "champ"),
    Node("b", "Em risco", "2", "risk"),
    Node("c", "Novos", "0", "new"),
]


def heights(markup: str, css: str) -> list[float]:
    return [float(one.get("height", "0")) for one in of_class(parsed(markup), css)]


def test_a_sankey_draws_a_ribbon_per_move_as_thick_as_its_people() -> None:
    flows = [
        Flow("a", "a", 8, "ficaram"),
        Flow("a", "b", 2, "caíram"),
        Flow("b", "b", 2, "ficaram lá"),
        Flow("b", "a", 0, ""),
    ]
    drawn = sankey("Migração", "De setembro a novembro", GROUPS, GROUPS, flows, height=300)
    root = parsed(drawn)
    assert tips(root) == ["ficaram", "ficaram lá", "caíram"]  # who moves lies above who stays
    assert root.get("aria-label") == "Migração. De setembro a novembro"
    drawn_as = [one.get("class") for one in of_class(root, "flow")]
    assert drawn_as == ["flow champ stays", "flow risk stays", "flow champ"]
    left_a, left_b, right_a, right_b = heights(drawn, "node")  # nobody is in the third group: it is not drawn
    assert left_a / left_b == pytest.approx(10 / 2, rel=0.01)
    assert right_a / right_b == pytest.approx(8 / 4, rel=0.01)
    assert "Novos" not in drawn


values = st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e9)), min_size=9, max_size=9)


@given(values, st.integers(200, 600))
def test_every_ribbon_fits_and_no_name_lies_upon_another(numbers: list[float], height: int) -> None:
    pairs = [(one, other) for one in "abc" for other in "abc"]
    flows = [Flow(*pair, number, "tip") for pair, number in zip(pairs, numbers, strict=True)]
    root = parsed(sankey("t", "d", GROUPS, GROUPS, flows, height=height))
    for anchor in ("start", "end"):
        lines = [float(one.get("y", "")) for one in root.iter("text") if one.get("text-anchor") == anchor]
        assert all(below - above >= 18 for above, below in pairwise(lines))
    for bar in of_class(root, "node"):
        assert float(bar.get("y", "")) >= -0.01
        assert float(bar.get("y", "")) + float(bar.get("height", "")) <= height + 0.01


def test_predictions_that_come_true_stand_on_the_diagonal() -> None:
    bins = [Bin(0.1, 0.1, 10, "dez"), Bin(0.8, 0.8, 40, "quarenta"), Bin(0.4, 0.2, 10, "erro")]
    root = parsed(reliability("Acerto", "", bins))
    dots = {one.get("data-tip"): one for one in of_class(root, "dot")}
    place = {
        tip: [float((one.get(at) or "").rstrip("%")) for at in ("cx", "cy")] for tip, one in dots.items()
    }
    assert all(x + y == pytest.approx(100) for x, y in (place["dez"], place["quarenta"]))
    x, y = place["erro"]
    assert x + y > 100  # below the diagonal: fewer than was said
    assert float(dots["quarenta"].get("r", "")) > float(dots["dez"].get("r", ""))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**7)), max_size=20))
def test_any_shares_give_dots_within_the_picture(found: list[tuple[float, float, int]]) -> None:
    root = parsed(reliability("t", "d", [Bin(*one, "tip") for one in found]))
    assert len(of_class(root, "dot")) == len(found)
    for dot in of_class(root, "dot"):
        assert all(0 <= float((dot.get(at) or "").rstrip("%")) <= 100 for at in ("cx", "cy"))


def test_the_new_charts_escape_their_texts() -> None:
    nodes = [Node(EVIL, EVIL, EVIL, EVIL)]
    markup = sankey(EVIL, EVIL, nodes, nodes, [Flow(EVIL, EVIL, 1, EVIL)])
    markup += reliability(EVIL, EVIL, [Bin(0.5, 0.5, 1, EVIL)])
    assert "<script" not in markup
    parsed(f"<div>{markup}</div>")
    parsed(sankey("t", "", [], [], []))
