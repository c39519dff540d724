"""F1: how many words an answer shares with the best of those accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eval.metrics.normalise import tokens


def _overlap(predicted: list[str], accepted: list[str]) -> float:
    if not predicted or not accepted:
        return float(predicted == accepted)
    shared = sum((Counter(predicted) & Counter(accepted)).values())
    return 2 * shared / (len(predicted) + len(accepted))


def f1(predicted: str | None, answers: Sequence[str], lang: str = "fr") -> float:
    """Return the best harmonic mean of word precision and recall against ``answers``, from 0.0 to 1.0.

    Words are those of ``normalise``, counted as a bag. ``predicted`` None is an abstention: 1.0 when there
    is no accepted answer, else 0.0. Where normalisation leaves one side no word, 1.0 only if it leaves the
    other none. Higher is better. Source: SQuAD 2.0 (Rajpurkar et al. 2018).
    """
    if predicted is None or not answers:
        return float(predicted is None and not answers)
    words = tokens(predicted, lang)
    return max(_overlap(words, tokens(accepted, lang)) for accepted in answers)
