"""Recall at k: whether a passage that answers is among the first k."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.metrics.mean import mean


def _found(ranks: Sequence[int], k: int) -> float:
    return float(any(rank <= k for rank in ranks))


def recall_at(ranks: Iterable[Sequence[int]], k: int) -> float | None:
    """Return the share of questions with at least one relevant passage among the first ``k``.

    ``ranks`` holds for each answerable question the ranks, from 1, of its relevant passages (empty: none
    was found). One passage is enough to answer, so one counts: this is DPR's top-k accuracy (Karpukhin et
    al. 2020), trec_eval's ``success``. None for no questions. Higher is better. ValueError if ``k < 1``.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    return mean(_found(of_one, k) for of_one in ranks)
