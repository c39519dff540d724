"""F1 and EM of a reader with the gold paragraph given: the figure that chooses checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.exact_match import exact_match
from eval.metrics.f1 import f1
from qa.reader import Reader
from qa.training.data import Example
from qa.types import Passage


@dataclass(frozen=True, slots=True)
class ReaderScore:
    """Means over the examples, from 0 to 1; ``withheld`` is the share whose best margin is not above 0."""

    n: int
    f1: float
    em: float
    f1_with_null: float
    withheld: float


def score_reader(reader: Reader, examples: Sequence[Example]) -> ReaderScore:
    """Score each question on its own context: the best span always, and under the null rule."""
    rows = [_score(reader, e) for e in examples]
    n = max(1, len(rows))
    f1s, ems, ruled, withheld = (sum(r[i] for r in rows) / n for i in range(4))
    return ReaderScore(len(rows), f1s, ems, ruled, withheld)


def _score(reader: Reader, example: Example) -> tuple[float, float, float, float]:
    passage = Passage("gold", "gold", 0, 0, len(example.context), example.context)
    spans = reader.read(example.question, [passage])
    if not spans:
        return 0.0, 0.0, float(not example.answers), 1.0
    best = max(spans, key=lambda s: s.margin)
    text = example.context[best.start : best.end]
    withheld = float(best.margin <= 0)
    if not example.answers:
        return 0.0, 0.0, withheld, withheld
    gold = [example.context[s:e] for s, e in example.answers]
    score = f1(text, gold)
    return score, float(exact_match(text, gold)), score * (1 - withheld), withheld
