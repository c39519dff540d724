"""The reader over a hand-made span model: windows, order, offsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from tokenizers import Tokenizer

from qa.reader import WindowReader
from qa.spans import Logits
from qa.types import Passage, Span
from qa.windows import Window
from tests.qa.hand import LOW, word_tokenizer

QUESTION = "où donc"
FILLER = " ".join(f"mot{n}" for n in range(60))


@dataclass
class WordModel:
    """Start and end logits by the token's id, wherever it stands; records what it was given."""

    peaks: Mapping[int, float]
    null: float = 0.0
    calls: list[list[Window]] = field(default_factory=list)

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        self.calls.append(list(windows))
        return [(self._values(w), self._values(w)) for w in windows]

    def _values(self, window: Window) -> Logits:
        values = np.array([self.peaks.get(int(i), LOW) for i in window.ids], np.float32)
        values[0] = self.null
        return values


def vocabulary() -> Tokenizer:
    return word_tokenizer(QUESTION, FILLER, "à Hanoï, Vienne Paris. Genève", "Hanoï Vienne Paris Genève")


def reader(null: float = 0.0, **settings: int) -> tuple[WindowReader, WordModel]:
    """A reader that takes Hanoï for best, then Vienne, Paris and Genève."""
    tokenizer = vocabulary()
    cities = {"Hanoï": 5.0, "Hanoï,": 5.0, "Vienne": 4.0, "Paris": 3.0, "Paris.": 3.0, "Genève": 2.0}
    model = WordModel({tokenizer.token_to_id(f"▁{city}"): peak for city, peak in cities.items()}, null)
    return WindowReader("hand", tokenizer, model, **settings), model


def passage(text: str, identity: str = "p1") -> Passage:
    return Passage(identity, "d1", 1, 100, 100 + len(text), text)


def cited(spans: Sequence[Span], *passages: Passage) -> list[tuple[str, str, float]]:
    texts = {p.id: p.text for p in passages}
    return [(s.passage_id, texts[s.passage_id][s.start : s.end], s.margin) for s in spans]


def test_spans_in_order_of_passage_then_best_first_with_offsets_into_the_passage() -> None:
    one, two = passage("à Vienne à Hanoï, mot1", "p1"), passage("mot1 Paris.", "p2")
    spans = reader(null=1.0, max_answer_tokens=1)[0].read(QUESTION, [one, two])
    assert [s for s in spans if s.margin > 0] == [
        Span("p1", 11, 16, 10.0, 2.0),
        Span("p1", 2, 8, 8.0, 2.0),
        Span("p2", 5, 10, 6.0, 2.0),
    ]
    assert [s.passage_id for s in spans] == sorted(s.passage_id for s in spans)


def test_at_most_so_many_spans_a_passage() -> None:
    text = passage("Genève mot1 Paris mot2 Vienne mot3 Hanoï")
    found = reader(spans_a_passage=3, max_answer_tokens=1)[0].read(QUESTION, [text])
    assert [word for _, word, _ in cited(found, text)] == ["Hanoï", "Vienne", "Paris"]
    assert len(reader(spans_a_passage=1)[0].read(QUESTION, [text])) == 1


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\xa0", "!!!", "« … »"])
def test_a_passage_without_words_has_no_spans_and_shifts_no_other(text: str) -> None:
    passages = [passage("mot1 Hanoï", "p1"), passage(text, "p2"), passage("Vienne mot1", "p3")]
    spans = [s for s in reader()[0].read(QUESTION, passages) if s.margin > 0]
    assert cited(spans, *passages) == [("p1", "Hanoï", 10.0), ("p3", "Vienne", 8.0)]


def test_no_passages() -> None:
    assert reader()[0].read(QUESTION, []) == []


def test_all_windows_of_all_passages_go_to_the_model_at_once() -> None:
    hand, model = reader(max_tokens=20, overlap=4)
    hand.read(QUESTION, [passage(FILLER, "p1"), passage("Hanoï", "p2")])
    assert len(model.calls) == 1
    assert len(model.calls[0]) == 7
    assert max(len(w.ids) for w in model.calls[0]) == 20


@pytest.mark.parametrize("at", [0, 1, 9, 10, 13, 14, 15, 30, 59, 60])
def test_an_answer_is_found_wherever_it_stands_in_a_long_passage_once(at: int) -> None:
    words = FILLER.split()
    text = passage(" ".join([*words[:at], "Hanoï", *words[at:]]))
    spans = [s for s in reader(max_tokens=20, overlap=4)[0].read(QUESTION, [text]) if s.margin > 0]
    start = text.text.index("Hanoï")
    assert [(s.start, s.end, s.margin) for s in spans] == [(start, start + 5, 10.0)]


def test_the_same_word_in_two_places_gives_two_spans() -> None:
    text = passage(f"Hanoï {FILLER} Hanoï")
    spans = [s for s in reader(max_tokens=20, overlap=4)[0].read(QUESTION, [text]) if s.margin > 0]
    assert sorted(s.start for s in spans) == [0, len(text.text) - 5]


def test_passages_do_not_depend_on_their_neighbours() -> None:
    passages = [passage(f"Hanoï {FILLER}", "p1"), passage("à Vienne", "p2"), passage("mot1 mot2", "p3")]
    hand = reader(max_tokens=20, overlap=4)[0]
    together = hand.read(QUESTION, passages)
    assert together == [span for p in passages for span in hand.read(QUESTION, [p])]
    assert sorted(together, key=lambda s: s.passage_id) == sorted(
        hand.read(QUESTION, passages[::-1]), key=lambda s: s.passage_id
    )


def test_a_question_is_no_answer_to_itself_however_long() -> None:
    text = passage("mot1 mot2 Genève")
    spans = reader()[0].read("Hanoï " * 500, [text])
    assert cited(spans, text)[0] == ("p1", "Genève", 4.0)


def test_a_question_of_unknown_words_or_none_is_read_all_the_same() -> None:
    text = passage("mot1 Hanoï")
    for question in ("", "zut", "日本語 ?"):
        assert cited(reader()[0].read(question, [text]), text)[0] == ("p1", "Hanoï", 10.0)


def test_the_margin_is_below_zero_where_no_answer_is_likelier() -> None:
    text = passage("mot1 Genève")
    assert cited(reader(null=6.0)[0].read(QUESTION, [text]), text)[0] == ("p1", "Genève", -8.0)


def test_every_span_is_trimmed_and_inside_its_passage() -> None:
    text = passage("« Hanoï, » — à Vienne ; (Paris.)  ")
    for span in reader(max_tokens=10, overlap=2)[0].read(QUESTION, [text]):
        words = text.text[span.start : span.end]
        assert 0 <= span.start < span.end <= len(text.text)
        assert words[0].isalnum()
        assert words[-1].isalnum()
