"""The dossier on paper: a PDF whose text can be searched and copied."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF

from recompra import theme
from recompra.privacy.dossier.dossier import column_title
from recompra.theme import formats

FONT = "Inter"
FILE = Path(theme.__file__).parent / "static" / "theme" / "inter.woff2"
MARGIN, LINE = 18, 5.2


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    with TTFont(FILE) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """The text in letters that the font has; any other by its number in Unicode, so that nothing is lost."""
    known = _letters()
    return "".join(
        letter if ord(letter) in known or letter == "\n" else f"[U+{ord(letter):04X}]" for letter in text
    )


class Paper(FPDF):
    """A4 with our font, page numbers, and a few kinds of lines."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.add_font(FONT, fname=FILE)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.set_title(title)
        self.set_lang(get_language() or "pt-br")
        self.set_creator("Recompra")
        self.set_font(FONT, size=9)
        self.add_page()
        self._say(title, 18, 9)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FONT, size=8)
        self.set_text_color(110)
        self.cell(0, 5, str(self.page_no()), align="R")
        self.set_text_color(0)

    def heading(self, text: str) -> None:
        self.ln(4)
        if self.will_page_break(20):
            self.add_page()
        self._say(text, 12, 6.5)

    def text_line(self, text: str) -> None:
        self._say(text, 9, LINE)

    def quiet(self, text: str) -> None:
        self.set_text_color(110)
        self._say(text, 8, LINE)
        self.set_text_color(0)

    def fact(self, name: str, value: str) -> None:
        """A name and, beside it, its value, which may run over lines."""
        self.set_font(FONT, size=9)
        self.set_text_color(110)
        top, page = self.get_y(), self.page
        self.multi_cell(52, LINE, printable(name), new_x="RIGHT", new_y="TOP", align="L")
        if self.page != page:
            top = MARGIN
        self.set_text_color(0)
        self.set_xy(MARGIN + 55, top)
        self.multi_cell(0, LINE, printable(value) or "–", new_x="LMARGIN", new_y="NEXT", align="L")

    def rule(self) -> None:
        self.ln(1.5)
        self.set_draw_color(215)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.ln(1.5)

    def _say(self, text: str, size: float, line: float) -> None:
        self.set_font(FONT, size=size)
        self.multi_cell(0, line, printable(text), new_x="LMARGIN", new_y="NEXT", align="L")


def dossier_pdf(found: dict[str, Any]) -> bytes:
    """The dossier (as `dossier.dossier` gives it) as a PDF, in the language of the moment."""
    paper = Paper(_("Personal data that we hold"))
    paper.quiet(
        _("Made at %(moment)s") % {"moment": formats.moment(datetime.fromisoformat(found["made_at"]))}
    )
    controller = found["controller"]
    paper.heading(_("Who answers for the data"))
    paper.fact(_("controller"), " · ".join(filter(None, (controller["name"], controller["cnpj"]))))
    paper.fact(
        _("data protection officer"), " · ".join(filter(None, (controller["dpo"], controller["contact"])))
    )
    for part in found["held"]:
        if part["rows"]:
            _table(paper, part)
    _empty(paper, [part["title"] for part in found["held"] if not part["rows"]])
    _profile(paper, found["profile"])
    _sharing(paper, found["sharing"])
    paper.heading(_("What for, on which ground, for how long"))
    for one in found["processing"]:
        paper.fact(_("purpose"), one["purpose"])
        paper.fact(_("legal basis"), one["basis"])
        paper.fact(_("kept for"), one["retention"])
        paper.rule()
    return bytes(paper.output())


def _table(paper: Paper, part: dict[str, Any]) -> None:
    paper.heading(f"{part['title'][:1].upper()}{part['title'][1:]} ({formats.num(len(part['rows']))})")
    model = _model(part["table"])
    for row in part["rows"]:
        for name, value in row.items():
            if value not in (None, "", [], {}):
                paper.fact(column_title(model, name), value_words(value))
        paper.rule()


def _model(table: str) -> type[Model] | None:
    try:
        return apps.get_model(table)
    except LookupError:
        return None


def value_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value_words(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {value_words(one)}" for name, one in value.items())
    return str(value)


def _empty(paper: Paper, titles: list[str]) -> None:
    if titles:
        paper.heading(_("Where we hold nothing"))
        paper.text_line(", ".join(titles) + ".")


def _profile(paper: Paper, profile: dict[str, Any]) -> None:
    paper.heading(_("Profile of purchases and how it is made (art. 20)"))
    if not profile:
        paper.text_line(_("We made no profile of this person."))
        return
    for line in profile["in_words"]:
        words = " · ".join(filter(None, (f"{line['score']}/5", line["fact"], line["cut"], line["beside"])))
        paper.fact(line["label"], words)
    paper.fact(_("computed on"), profile["as_of"])


def _sharing(paper: Paper, operators: list[dict[str, Any]]) -> None:
    paper.heading(_("With whom we share"))
    if not operators:
        paper.text_line(_("With nobody."))
    for one in operators:
        paper.fact(one["name"], f"{one['purpose']} · {one['data']} · {one['country']}")
