"""Passages ranked again by what the reader found in them."""

from __future__ import annotations

import pytest

from qa.candidates import rank
from qa.confidence import Evidence
from qa.reranking import rerank
from qa.types import Hit
from tests.qa.hand import judging, make_hit, span_of

MARGIN = judging(Evidence(1.0, 0.0, 0.0, 0.0, 0.0))
FIRST = make_hit("Il vit à Hanoï.", "p1", score=0.6)
SECOND = make_hit("Elle vit à Vienne.", "p2", score=0.5)
UNREAD = make_hit("Rien.", "p3", score=0.45)


def reranked(
    margins: dict[str, float], hits: tuple[Hit, ...] = (FIRST, SECOND, UNREAD)
) -> list[tuple[str, float]]:
    """Passage ids and scores, given the margins of the words found in the first two."""
    words = {"Hanoï": FIRST, "vit": FIRST, "Vienne": SECOND}
    found = [(words[w], span_of(words[w], w, m), Evidence(m, 0.0, 0.0, 0.0, 0.0)) for w, m in margins.items()]
    return [(h.passage.id, h.score) for h in rerank(hits, rank(found, MARGIN))]


def test_the_passage_that_answers_comes_first() -> None:
    assert [i for i, _ in reranked({"Hanoï": -5.0, "Vienne": 5.0})] == ["p2", "p1", "p3"]
    assert [i for i, _ in reranked({"Hanoï": 5.0, "Vienne": -5.0})] == ["p1", "p2", "p3"]


def test_a_reader_that_does_not_know_changes_nothing_and_scores_stay_between_0_and_1() -> None:
    ranked = reranked({"Hanoï": 1.0, "Vienne": 1.0})
    assert [i for i, _ in ranked] == ["p1", "p2", "p3"]
    assert [s for _, s in ranked] == pytest.approx([0.57, 0.5, 0.315])
    (only,) = rerank([make_hit("Hanoï.", "p1", score=1.0)], rank([], MARGIN))
    assert only.score == pytest.approx(0.7)


def test_a_passage_is_worth_its_best_span() -> None:
    assert reranked({"Hanoï": 2.0, "vit": -9.0, "Vienne": 2.0}) == reranked({"Hanoï": 2.0, "Vienne": 2.0})


def test_much_better_retrieved_outweighs_the_reader_and_an_extreme_margin_is_no_overflow() -> None:
    near = make_hit("Il vit à Hanoï.", "p1", score=1.0)
    ranked = reranked({"Vienne": 900.0, "Hanoï": -900.0}, (near, SECOND))
    assert [i for i, _ in ranked] == ["p1", "p2"]
    assert rerank((), rank([], MARGIN)) == ()
