"""The mean that every summary uses; the one place that knows what an empty set gives."""

from __future__ import annotations

from collections.abc import Iterable


def mean(values: Iterable[float]) -> float | None:
    """Return the arithmetic mean, or None for no values: nothing was measured, which is not a score of 0."""
    known = list(values)
    return sum(known) / len(known) if known else None
