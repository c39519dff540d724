"""What every Reader promises. Subclass and give ``reader`` as a fixture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.reader import Reader
from qa.types import Passage, Span

QUESTION = "Quand la convention a-t-elle été signée ?"
TEXTS = [
    "La convention a été signée le 25 octobre 2025 à Hanoï, en présence du président.",
    "Le chat dort sur le canapé depuis ce matin, et personne ne le dérange.",
    "Oui",
    "La réunion a duré longtemps. " * 120 + "Elle a pris fin le 3 mai 2024, avec la signature.",
]


def passages(*texts: str) -> list[Passage]:
    return [Passage(f"p{i}", "d", i, 0, len(t), t) for i, t in enumerate(texts)]


def key(span: Span) -> tuple[str, int, int]:
    return span.passage_id, span.start, span.end


class ReaderContract:
    def test_spans_are_inside_their_passage_and_trimmed(self, reader: Reader):
        asked = {p.id: p.text for p in passages(*TEXTS)}
        spans = reader.read(QUESTION, passages(*TEXTS))
        assert {s.passage_id for s in spans} == set(asked)
        for span in spans:
            assert 0 <= span.start < span.end <= len(asked[span.passage_id])
            literal = asked[span.passage_id][span.start : span.end]
            assert literal == literal.strip(" ,;:.")

    def test_best_margin_first_within_a_passage(self, reader: Reader):
        margins: dict[str, list[float]] = {}
        for span in reader.read(QUESTION, passages(*TEXTS)):
            margins.setdefault(span.passage_id, []).append(span.margin)
        assert all(m == sorted(m, reverse=True) for m in margins.values())

    def test_passages_come_in_order_and_do_not_depend_on_each_other(self, reader: Reader):
        together = reader.read(QUESTION, passages(*TEXTS))
        ids = [s.passage_id for s in together]
        assert ids == sorted(ids)
        alone = reader.read(QUESTION, passages(*TEXTS)[:1])
        mine = [s for s in together if s.passage_id == "p0"]
        assert key(mine[0]) == key(alone[0])
        assert mine[0].margin == pytest.approx(alone[0].margin, abs=1e-4)

    def test_no_span_begins_in_what_is_only_context(self, reader: Reader):
        (passage,) = passages(f"{TEXTS[0]} {TEXTS[1]}")
        assert any(s.start < len(TEXTS[0]) for s in reader.read(QUESTION, [passage]))
        spans = reader.read(QUESTION, [replace(passage, context=len(TEXTS[0]))])
        assert spans
        assert all(s.start >= len(TEXTS[0]) for s in spans)

    def test_nothing_to_read_gives_nothing(self, reader: Reader):
        assert reader.read(QUESTION, []) == []
        assert reader.read(QUESTION, passages("")) == []

    def test_the_passage_that_answers_beats_the_one_that_does_not(self, reader: Reader):
        best = max(reader.read(QUESTION, passages(*TEXTS[:2])), key=lambda s: s.margin)
        assert best.passage_id == "p0"
        assert "25 octobre 2025" in TEXTS[0][best.start : best.end]
