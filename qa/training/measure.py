"""F1 and EM of a reader with the gold paragraph given: the figures that choose checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.exact_match import exact_match
from eval.metrics.f1 import f1
from qa.reader_only import ReaderOnly
from qa.training.data import Example


@dataclass(frozen=True, slots=True)
class Judged:
    """The best span for one question on its own context; both scores are 0 where nothing answers."""

    joint: float
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


def judge(reader: ReaderOnly, examples: Sequence[Example]) -> list[Judged]:
    """Read each question on its own context."""
    return [_judge(reader, e) for e in examples]


def score(judged: Sequence[Judged], null_joint: float) -> ReaderScore:
    """The means of some judged questions; a joint score not above ``null_joint`` withholds."""
    n = max(1, len(judged))
    shown = [j for j in judged if j.joint > null_joint]
    return ReaderScore(
        f1=sum(j.f1 for j in judged) / n,
        em=sum(j.em for j in judged) / n,
        f1_with_null=sum(j.f1 for j in shown) / n,
        em_with_null=sum(j.em for j in shown) / n,
        withheld=1 - len(shown) / n,
    )


def choose_null_joint(judged: Sequence[Judged], cost: float = 0.003) -> float:
    """The highest joint score to ask for that costs at most ``cost`` of the F1 of always answering."""
    allowed = cost * len(judged)
    for one in sorted(judged, key=lambda j: j.joint):
        allowed -= one.f1
        if allowed < 0:
            return round(one.joint - 0.01, 2)
    return 0.0


def _judge(reader: ReaderOnly, example: Example) -> Judged:
    best = reader.best(example.question, example.context)
    if best is None:
        return Judged(float("-inf"), 0.0, 0.0)
    gold = [example.context[s:e] for s, e in example.answers]
    if not gold:
        return Judged(best.joint, 0.0, 0.0)
    return Judged(best.joint, f1(best.text, gold), float(exact_match(best.text, gold)))
