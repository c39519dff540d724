"""Paired bootstrap: whether a difference between two runs is more than the choice of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference (after minus before) and the bounds that hold it with the asked probability."""

    mean: float
    low: float
    high: float


def paired_bootstrap(
    before: Sequence[float],
    after: Sequence[float],
    *,
    level: float = 0.95,
    samples: int = 10_000,
    seed: int = 0,
) -> Interval | None:
    """Return the percentile interval of the mean of ``after - before``, one entry a question in both.

    None for no questions. ValueError when the lengths differ. Source: Koehn 2004, "Statistical Significance
    Tests for Machine Translation Evaluation"; Efron & Tibshirani 1993, chapter 13.
    """
    if len(before) != len(after):
        raise ValueError(f"not the same length: {len(before)} != {len(after)}")
    if not before:
        return None
    gains = np.asarray(after, np.float64) - np.asarray(before, np.float64)
    rng = np.random.default_rng(seed)
    means = np.array([gains[rng.integers(0, len(gains), len(gains))].mean() for _ in range(samples)])
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(gains.mean()), float(low), float(high))
