"""Mean reciprocal rank: how far down the first passage that answers stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.metrics.mean import mean


def _reciprocal(ranks: Sequence[int], k: int) -> float:
    first = min(ranks, default=k + 1)
    return 1 / first if first <= k else 0.0


def mrr_at(ranks: Iterable[Sequence[int]], k: int = 10) -> float | None:
    """Return the mean over questions of 1 / rank of the first relevant passage, 0 when it is past ``k``.

    ``ranks`` holds for each answerable question the ranks, from 1, of its relevant passages (empty: none
    was found). None for no questions. Higher is better. ValueError if ``k < 1``. Source: Voorhees 1999.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    return mean(_reciprocal(of_one, k) for of_one in ranks)
