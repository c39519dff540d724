"""F1 and EM of a reader with the gold paragraph given: the figures that choose checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.exact_match import exact_match
from eval.metrics.f1 import f1
from qa.reader import Reader
from qa.training.data import Example
from qa.types import Passage


@dataclass(frozen=True, slots=True)
class Judged:
    """The best span for one question on its own context; both scores are 0 where nothing answers."""

    margin: float
    f1: float
    em: float


@dataclass(frozen=True, slots=True)
class ReaderScore:
    """Means from 0 to 1: of always answering, and under the null rule; ``withheld`` is a share."""

    f1: float
    em: float
    f1_with_null: float
    em_with_null: float
    withheld: float


def judge(reader: Reader, examples: Sequence[Example]) -> list[Judged]:
    """Read each question on its own context."""
    return [_judge(reader, e) for e in examples]


def score(judged: Sequence[Judged], null_margin: float) -> ReaderScore:
    """The means of some judged questions; a margin not above ``null_margin`` withholds."""
    n = max(1, len(judged))
    shown = [j for j in judged if j.margin > null_margin]
    return ReaderScore(
        f1=sum(j.f1 for j in judged) / n,
        em=sum(j.em for j in judged) / n,
        f1_with_null=sum(j.f1 for j in shown) / n,
        em_with_null=sum(j.em for j in shown) / n,
        withheld=1 - len(shown) / n,
    )


def choose_null_margin(judged: Sequence[Judged], cost: float = 0.01) -> float:
    """The highest margin to ask for that costs at most ``cost`` of the F1 of always answering."""
    allowed = cost * len(judged)
    for one in sorted(judged, key=lambda j: j.margin):
        allowed -= one.f1
        if allowed < 0:
            return round(one.margin - 0.01, 2)
    return 0.0


def _judge(reader: Reader, example: Example) -> Judged:
    passage = Passage("gold", "gold", 0, 0, len(example.context), example.context)
    spans = reader.read(example.question, [passage])
    if not spans:
        return Judged(float("-inf"), 0.0, 0.0)
    best = max(spans, key=lambda s: s.margin)
    text, gold = example.context[best.start : best.end], [example.context[s:e] for s, e in example.answers]
    if not gold:
        return Judged(best.margin, 0.0, 0.0)
    return Judged(best.margin, f1(text, gold), float(exact_match(text, gold)))
