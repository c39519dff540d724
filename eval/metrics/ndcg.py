"""Normalised discounted cumulative gain, for questions that one passage answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2

from eval.metrics.mean import mean


def _gain(ranks: Sequence[int], k: int) -> float:
    first = min(ranks, default=k + 1)
    return 1 / log2(first + 1) if first <= k else 0.0


def ndcg_at(ranks: Iterable[Sequence[int]], k: int = 10) -> float | None:
    """Return the mean over questions of nDCG at ``k`` with one relevant passage, the first found.

    ``ranks`` holds for each answerable question the ranks, from 1, of its relevant passages (empty: none
    was found). The need is one passage, so the ideal is one at rank 1 and repeats gain nothing: finding a
    second witness never lowers the score, as it would if the ideal were made of what was retrieved. None
    for no questions. Higher is better. ValueError if ``k < 1``. Source: Järvelin and Kekäläinen 2002.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    return mean(_gain(of_one, k) for of_one in ranks)
