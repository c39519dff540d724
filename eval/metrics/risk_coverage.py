"""Risk and coverage: how wrong the answers are if only the surest share of the questions is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Point:
    """``coverage``: the share answered; ``risk``: the share wrong of those; from 0.0 to 1.0 both.

    ``confidence``: the lowest among those answered.
    """

    coverage: float
    risk: float
    confidence: float


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Point, ...]:
    """Return a point for each number of questions answered, the surest first; none for no questions.

    Where confidences are equal their order is chance, so each counts as the mean of its equals.
    ValueError when the lengths differ. Source: El-Yaniv & Wiener 2010.
    """
    if len(confidences) != len(right):
        raise ValueError(f"not the same length: {len(confidences)} != {len(right)}")
    ordered = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    points: list[Point] = []
    wrong = 0.0
    for confidence, equals in groupby(ordered, key=lambda pair: pair[0]):
        outcomes = [ok for _, ok in equals]
        for _ in outcomes:
            wrong += outcomes.count(False) / len(outcomes)
            answered = len(points) + 1
            points.append(Point(answered / len(ordered), wrong / answered, confidence))
    return tuple(points)


def aurc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the area under the risk-coverage curve: the mean risk over all coverages.

    From 0.0 to 1.0, lower is better; None for no questions. Raises as ``risk_coverage``. Source: Geifman,
    Uziel & El-Yaniv 2019, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers".
    """
    points = risk_coverage(confidences, right)
    return sum(p.risk for p in points) / len(points) if points else None
