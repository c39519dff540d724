"""Recall, MRR and nDCG, by hand; which passages are relevant."""

from __future__ import annotations

from collections.abc import Callable
from math import log2

import pytest

from eval.metrics.mrr import mrr_at
from eval.metrics.ndcg import ndcg_at
from eval.metrics.recall import recall_at
from eval.metrics.relevance import gold_ranks, is_relevant
from qa.types import Hit, Question

# Found first, found third (and again), found past ten, not found.
RANKS = [(1,), (3, 7), (11,), ()]


@pytest.mark.parametrize(("k", "expected"), [(1, 0.25), (2, 0.25), (3, 0.5), (10, 0.5), (11, 0.75)])
def test_recall(k: int, expected: float) -> None:
    assert recall_at(RANKS, k) == expected


def test_mrr() -> None:
    assert mrr_at(RANKS, 10) == pytest.approx((1 + 1 / 3) / 4)
    assert mrr_at(RANKS, 11) == pytest.approx((1 + 1 / 3 + 1 / 11) / 4)
    assert mrr_at([(5, 2)], 10) == 0.5


def test_ndcg() -> None:
    assert ndcg_at(RANKS, 10) == pytest.approx((1 + 1 / log2(4)) / 4)
    assert ndcg_at([(2,)], 10) == pytest.approx(1 / log2(3))
    assert ndcg_at([(2,)], 1) == 0.0


def test_a_second_witness_never_lowers_ndcg() -> None:
    assert ndcg_at([(1, 9)]) == ndcg_at([(1,)]) == 1.0


@pytest.mark.parametrize("metric", [recall_at, mrr_at, ndcg_at])
def test_nothing_to_rank_is_no_score_and_k_counts_from_one(
    metric: Callable[[list[tuple[int, ...]], int], float | None],
) -> None:
    assert metric([], 10) is None
    assert metric([()], 10) == 0.0
    with pytest.raises(ValueError, match="at least 1: 0"):
        metric([(1,)], 0)


def test_relevant_is_the_right_document_with_an_accepted_answer(question: Callable[..., Question]) -> None:
    asked = question("Quand ?", "les 25 et 26 octobre", "fin octobre", doc="001.txt")
    assert is_relevant("001.txt", "prévue Fin octobre.", asked)
    assert is_relevant("seeds/001.txt", "prévue fin octobre.", asked)
    assert not is_relevant("000.txt", "prévue fin octobre.", asked)
    assert not is_relevant("001.txt", "prévue en octobre.", asked)


def test_without_a_document_any_will_do_and_without_an_answer_none(
    question: Callable[..., Question],
) -> None:
    assert is_relevant("000.txt", "prévue fin octobre.", question("Quand ?", "fin octobre", doc=None))
    assert not is_relevant("000.txt", "prévue fin octobre.", question("Quand ?"))


def test_gold_ranks_count_from_one(question: Callable[..., Question], hit: Callable[..., Hit]) -> None:
    hits = [hit("rien"), hit("à Vienne"), hit("à Vienne", source="000.txt"), hit("Vienne encore")]
    assert gold_ranks(hits, question("Où ?", "Vienne")) == (2, 4)
    assert gold_ranks([], question("Où ?", "Vienne")) == ()
