"""What is embedded and read of a passage, and where the reader's spans lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qa.context import read_under_titles, under_title
from qa.types import Hit, Passage, Span
from tests.qa.hand import make_hit

TEXT = "86 pays ont été invités."


def titled(title: str, text: str = TEXT, identity: str = "p1") -> Hit:
    hit = make_hit(text, identity)
    return replace(hit, dispatch=replace(hit.dispatch, title=title))


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Sommet des deltas", TEXT, f"Sommet des deltas. {TEXT}"),
        ("Sommet des deltas.", TEXT, f"Sommet des deltas. {TEXT}"),
        ("Le sommet des deltas s'ouvre à Vinh…", TEXT, f"Le sommet des deltas s'ouvre à Vinh. {TEXT}"),
        ("Sommet : et après ?", TEXT, f"Sommet : et après ? {TEXT}"),
        ("", TEXT, TEXT),
        ("…", TEXT, TEXT),
        # Only as words of its own.
        ("Pays", "Les paysans.", "Pays. Les paysans."),
        # A title that was derived from the passage, or that it repeats.
        ("86 pays ont été", TEXT, TEXT),
        ("Un titre sur deux lignes", "Un titre sur\ndeux lignes, et la suite.", None),
    ],
)
def test_the_title_stands_before_the_text_once(title: str, text: str, expected: str | None) -> None:
    assert under_title(title, make_hit(text).passage) == (text if expected is None else expected)


def test_the_header_line_is_the_title() -> None:
    header = replace(make_hit("date 2025-03 Sommet. Photo : VNA").passage, ordinal=0)
    assert under_title("Sommet des deltas", header) == header.text


class Fixed:
    """A reader that finds the same words wherever they are."""

    name = "fixed"

    def __init__(self, *words: str) -> None:
        self.words = words
        self.seen: list[str] = []

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span]:
        self.seen = [p.text for p in passages]
        return [
            Span(p.id, at, at + len(w), 2.0, 1.0)
            for p in passages
            for w in self.words
            if (at := p.text.find(w)) >= 0
        ]


def test_spans_are_offsets_into_the_passage_itself() -> None:
    reader = Fixed("86 pays")
    hits = [titled("Sommet des deltas"), titled("", identity="p2"), titled("Autre titre ?", identity="p3")]
    spans = read_under_titles(reader, "Combien ?", hits)
    assert reader.seen == [f"Sommet des deltas. {TEXT}", TEXT, f"Autre titre ? {TEXT}"]
    assert [(s.passage_id, TEXT[s.start : s.end]) for s in spans] == [
        ("p1", "86 pays"), ("p2", "86 pays"), ("p3", "86 pays"),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["deltas", "deltas. 86 pays"])
def test_no_span_starts_in_a_title(words: str) -> None:
    assert read_under_titles(Fixed(words), "Où ?", [titled("Sommet des deltas")]) == []
