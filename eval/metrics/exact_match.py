"""Exact match: whether an answer is one of those accepted, up to normalisation."""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.normalise import normalise


def _equal(predicted: str, accepted: str, lang: str) -> float:
    return float(normalise(predicted, lang) == normalise(accepted, lang))


def exact_match(predicted: str | None, answers: Sequence[str], lang: str = "fr") -> float:
    """Return 1.0 when ``predicted`` equals the best of ``answers`` after ``normalise``, else 0.0.

    ``predicted`` None is an abstention: 1.0 when there is no accepted answer, else 0.0. An answer where
    none is accepted scores 0.0. Higher is better. Source: SQuAD 2.0 (Rajpurkar et al. 2018).
    """
    if predicted is None or not answers:
        return float(predicted is None and not answers)
    return max(_equal(predicted, accepted, lang) for accepted in answers)
