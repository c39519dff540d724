"""Abstention: whether the answers withheld are those that should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AbstentionScore:
    """Precision, recall and F1 of withholding; None where there was nothing to judge."""

    precision: float | None
    recall: float | None
    f1: float | None


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def abstention(withheld: Sequence[bool], unanswerable: Sequence[bool]) -> AbstentionScore:
    """Score withholding as a detector of unanswerable questions, one entry a question in both.

    Precision: the share of what was withheld that is unanswerable, None when nothing was withheld. Recall:
    the share of the unanswerable that was withheld, None when there is none. F1: twice the hits over
    withheld plus unanswerable, None when both are none. Higher is better. ValueError when the lengths differ.
    """
    if len(withheld) != len(unanswerable):
        raise ValueError(f"not the same length: {len(withheld)} != {len(unanswerable)}")
    hits = sum(w and u for w, u in zip(withheld, unanswerable, strict=True))
    kept, due = sum(withheld), sum(unanswerable)
    return AbstentionScore(_ratio(hits, kept), _ratio(hits, due), _ratio(2 * hits, kept + due))
