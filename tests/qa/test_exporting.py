"""A conversation as a document: whoever reads it can check each quote."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace

import pytest
from docx import Document

from qa.errors import BadDate
from qa.exporting import export
from qa.filters import Filters
from qa.messages import speaking
from qa.talk import Turn
from qa.types import Abstention, Answer, Dispatch, Hit, Passage, Reply
from tests.qa.pages import citation

TEXT = "Prévue le 19 mai, *puis* le 19 mai\nà <Hanoï>."
CITED = citation(TEXT, "19 mai", nth=1)
SIGNED = Dispatch("d1", "un.txt", "dossier/un.txt", "Titre", None, "x" * 100 + TEXT + " - VNA/VI")
HIT = Hit(Passage("p", "d1", 4, 100, 100 + len(TEXT), TEXT), SIGNED, 1.0, 0.9, 1, 1)
ANSWERED = Turn(
    "1", "Quand\u00a0?", Filters(), Reply("Quand\u00a0?", Answer("19 mai", 0.97, (CITED,)), (HIT,), {})
)
WITHHELD = Turn("2", "=1+1", Filters(top_k=3), Reply("=1+1", Abstention("no_passage", 0.9), (), {}))
FAILED = Turn("3", "Où\u00a0?", Filters(), BadDate("date_format", text="hier"))
BROKEN = Turn("4", "Qui\u00a0?", Filters(), ValueError("boum"))
TURNS = (ANSWERED, WITHHELD, FAILED, BROKEN)


def test_markdown_marks_the_span_where_it_stands_and_gives_file_and_offsets() -> None:
    document = export(TURNS, "md")
    text = document.data.decode()
    assert document.name == "conversation.md"
    assert "> «\u00a0Prévue le 19 mai, \\*puis\\* le **19 mai** à \\<Hanoï\\>.\u00a0»" in text
    place = f"paragraphe 4, caractères {CITED.start} à {CITED.end}"
    assert f"«\u00a019 mai\u00a0», VNA, mai 2025 – Titre – un.txt, {place}" in text
    assert "**Aucune réponse dans les dépêches. Aucune dépêche ne correspond aux filtres.**" in text
    assert "_3 passages retenus_" in text
    assert "AAAA, AAAA-MM ou AAAA-MM-JJ attendu" in text
    assert "boum" not in text


@pytest.mark.parametrize(("language", "separator"), [("fr", ";"), ("en", ",")])
def test_csv_opens_in_the_spreadsheet_of_the_language(language: str, separator: str) -> None:
    with speaking(language):  # type: ignore[arg-type]
        data = export(TURNS, "csv").data
    head, answered, withheld, *_ = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=separator)
    assert data.startswith(b"\xef\xbb\xbf")
    row = dict(zip(head, answered, strict=True))
    start, end = (int(row[name]) for name in (("début", "fin") if language == "fr" else ("start", "end")))
    assert SIGNED.body[start:end] == CITED.quote
    assert TEXT in row.values()
    assert withheld[0] == "'=1+1"


def test_word_document_holds_the_quote_in_its_paragraph() -> None:
    evil = replace(ANSWERED, question="\x00\x0bQuand\ud800")
    document = Document(io.BytesIO(export((evil, *TURNS), "docx").data))
    texts = [p.text for p in document.paragraphs]
    quoted = document.paragraphs[texts.index(f"«\u00a0{TEXT.replace(chr(10), ' ')}\u00a0»")]
    assert [run.text for run in quoted.runs if run.font.highlight_color] == ["19 mai"]
    assert any(
        "VNA, mai 2025" in text and f"caractères {CITED.start} à {CITED.end}" in text for text in texts
    )
    assert any("Aucune réponse" in text for text in texts)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        export(TURNS, "exe")  # type: ignore[arg-type]


def test_word_is_imported_only_when_it_is_asked_for() -> None:
    code = "import sys, qa.exporting; print('docx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
