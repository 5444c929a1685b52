"""docs/import.md says what the code does."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

from recompra.ingest.columns import COLUMNS
from recompra.ingest.kinds import FURTHER, KINDS
from recompra.ingest.labels import COLUMN_LABELS
from recompra.ingest.quarantine import CODES

DOC = (Path(__file__).resolve().parents[2] / "docs" / "import.md").read_text(encoding="utf-8")


def test_every_code_and_column_is_documented() -> None:
    with translation.override("en"):
        assert all(f"| `{code}` | {sentence} |" in DOC for code, sentence in CODES.items())
        for name, synonyms in COLUMNS.items():
            others = ", ".join(each for each in synonyms if each != name)
            assert f"| `{name}` | {COLUMN_LABELS[name]} | {others} |" in DOC


def test_the_words_of_every_further_kind_are_documented() -> None:
    with translation.override("en"):
        titles = {"loyalty": "programme", "visits": "visits", "events": "messages", "products": "products"}
        for kind, title in titles.items():
            for name, synonyms in KINDS[kind].synonyms.items():
                others = ", ".join(each for each in synonyms if each != name)
                assert f"| {title} | `{name}` | {COLUMN_LABELS[name]} | {others} |" in DOC
    assert set(FURTHER) <= set(COLUMN_LABELS)
