"""The list of metrics is what stands in the folder, and the page about them is made from it."""

from __future__ import annotations

from pathlib import Path

from recompra.analytics.catalog import markdown, metrics


def test_a_metric_is_found_by_looking_into_the_folder() -> None:
    found = {metric.name: metric for metric in metrics()}
    summary = found["customer_summary"]
    assert (summary.file, summary.tables) == ("customer_summary", ("orders",))
    assert summary.parameters == ("as_of", "window_days=None", "store_keys=None")
    assert found["most_bought"].tables == ("items", "products")
    assert not {name for name in found if name.startswith("_")}


def test_every_metric_has_a_title_that_is_one_sentence() -> None:
    for metric in metrics():
        assert metric.title == metric.title.strip(". \n")
        assert "\n" not in metric.title
        assert metric.described()["title"] == metric.title


def test_the_page_of_metrics_says_what_the_code_says() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
    assert page.read_text() == markdown(), "run: python -m recompra.analytics.catalog > docs/metrics.md"


def test_a_metric_that_another_one_reads_by_its_name_is_a_step() -> None:
    """What a person asks stands apart from what only feeds it."""
    found = {metric.name: metric for metric in metrics()}
    read = {name for metric in metrics() for name in metric.tables if name in found}
    assert {"taken", "product_figures", "product_pairs"} <= read
    assert [name for name in sorted(read) if not found[name].is_step] == []
    assert not found["customer_summary"].is_step
    page = markdown()
    assert page.index("## Steps") < page.index("### taken")
    assert page.index("## rfm\n") < page.index("## Steps")
