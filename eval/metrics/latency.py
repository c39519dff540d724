"""Latency: what a typical question takes, and what a slow one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """The 50th and 95th percentile in milliseconds; None when nothing was timed."""

    p50: float | None
    p95: float | None


def _percentile(milliseconds: Sequence[float], share: float) -> float:
    return float(np.percentile(np.asarray(milliseconds, dtype=np.float64), share))


def latency(milliseconds: Sequence[float]) -> Latency:
    """Return the median and 95th percentile, interpolated linearly. Lower is better."""
    if not milliseconds:
        return Latency(None, None)
    return Latency(_percentile(milliseconds, 50), _percentile(milliseconds, 95))
