"""Expected calibration error: whether a confidence of 0.8 is right eight times in ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Bin:
    """The outputs whose confidence is above ``low`` and at most ``high``; the first bin takes 0 as well.

    ``confidence`` and ``accuracy`` are means over its ``count`` outputs, at least one.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def _bin_of(confidence: float, bins: int) -> int:
    if not 0 <= confidence <= 1:
        raise ValueError(f"not a probability: {confidence}")
    # 0.7 * 10 is 7.000000000000001: without rounding it would fall in the bin above.
    return max(ceil(round(confidence * bins, 9)) - 1, 0)


def _summed_up(index: int, bins: int, members: Sequence[tuple[float, bool]]) -> Bin:
    count = len(members)
    confidence = sum(c for c, _ in members) / count
    accuracy = sum(r for _, r in members) / count
    return Bin(index / bins, (index + 1) / bins, count, confidence, accuracy)


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> tuple[Bin, ...]:
    """Return the bins of equal width that hold an output, from low to high; none for no outputs.

    ValueError when the lengths differ, a confidence is no probability, or ``bins < 1``.
    """
    if len(confidences) != len(right):
        raise ValueError(f"not the same length: {len(confidences)} != {len(right)}")
    if bins < 1:
        raise ValueError(f"bins must be at least 1: {bins}")
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, is_right in zip(confidences, right, strict=True):
        members.setdefault(_bin_of(confidence, bins), []).append((confidence, is_right))
    return tuple(_summed_up(index, bins, members[index]) for index in sorted(members))


def ece(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float | None:
    """Return the mean gap between confidence and accuracy over ``bins`` bins of equal width, by weight.

    ``confidences`` are probabilities that an output is right, ``right`` says which were. From 0.0 to 1.0,
    lower is better; None for no outputs. Raises as ``reliability``. Source: Guo et al. 2017, eq. 3.
    """
    filled = reliability(confidences, right, bins)
    total = len(confidences)
    return sum(b.count / total * abs(b.accuracy - b.confidence) for b in filled) if filled else None
