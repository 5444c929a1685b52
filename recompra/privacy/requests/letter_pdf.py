"""A letter on paper, as a PDF whose text can be searched and copied."""

from __future__ import annotations

from recompra.privacy.dossier.pdf import Paper

GAP = 3.0  # millimetres between paragraphs


def letter_pdf(letter: str, title: str) -> bytes:
    """The letter under its protocol or number, a paragraph for each empty line in the text."""
    paper = Paper(title)
    for paragraph in letter.split("\n\n"):
        paper.ln(GAP)
        paper.text_line(paragraph)
    return bytes(paper.output())
