"""Records to one summary: the numbers that ``qa eval`` prints and a later run is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from eval.metrics.abstention import AbstentionScore, abstention
from eval.metrics.citation_accuracy import citation_accuracy
from eval.metrics.ece import Bin, ece, reliability
from eval.metrics.latency import latency
from eval.metrics.mean import mean
from eval.metrics.mrr import mrr_at
from eval.metrics.ndcg import ndcg_at
from eval.metrics.recall import recall_at
from eval.metrics.risk_coverage import Point, aurc, risk_coverage
from eval.records import Record

Scores = dict[str, float | None]
Summary = dict[str, int | float | Scores | None]


def summarise(records: Sequence[Record]) -> Summary:
    """Return the summary of ``records``; fractions from 0.0 to 1.0, milliseconds, and None for no measure.

    ``em`` and ``f1`` are over all questions, as SQuAD 2.0 counts (withholding scores 1 where nothing answers,
    else 0); ``answerable`` over those with an answer; retrieval over those with an answer that were
    searched; ``ece`` over all that were read, see ``Record.right``; ``aurc`` over the same if each were
    answered by its best span, see ``Record.best_right``. The keys never vary.
    """
    ranks = [r.ranks for r in records if r.ranks is not None]
    return {
        "n": len(records),
        **_text_scores(records),
        "answerable": _text_scores([r for r in records if r.answerable]),
        "abstention": asdict(_abstention(records)),
        "citation_accuracy": citation_accuracy(r.citation_right for r in records),
        **{f"recall@{k}": recall_at(ranks, k) for k in (1, 5, 10)},
        "mrr@10": mrr_at(ranks, 10),
        "ndcg@10": ndcg_at(ranks, 10),
        "ece": ece(*_judged(records)),
        "aurc": aurc(*_bets(records)),
        "time": time_scores(records),
        "latency_ms": asdict(latency([r.latency_ms for r in records])),
    }


def time_scores(records: Sequence[Record]) -> Scores:
    """Return the shares right of what a set for time asks; None where it asks nothing of the kind.

    ``current``: questions with a relation or a value, asked of all; ``as_of``: asked of what was known by a
    date, withholding included; ``relation`` named right; ``edtf``: the value of the answer's time.
    """
    timed = [r for r in records if r.relation_right is not None or r.edtf_right is not None]
    return {
        "current": mean(float(r.right) for r in timed if r.as_of is None and r.right is not None),
        "as_of": mean(float(r.right) for r in records if r.as_of is not None and r.right is not None),
        "relation": mean(float(r.relation_right) for r in records if r.relation_right is not None),
        "edtf": mean(float(r.edtf_right) for r in records if r.edtf_right is not None),
    }


def reliability_bins(records: Sequence[Record]) -> tuple[Bin, ...]:
    """Return the bins behind ``ece``: the outputs by confidence, none for no outputs."""
    return reliability(*_judged(records))


def risk_points(records: Sequence[Record]) -> tuple[Point, ...]:
    """Return the curve behind ``aurc``; none when nothing was read."""
    return risk_coverage(*_bets(records))


def _text_scores(records: Sequence[Record]) -> Scores:
    return {
        "em": mean(r.em for r in records if r.em is not None),
        "f1": mean(r.f1 for r in records if r.f1 is not None),
    }


def _abstention(records: Sequence[Record]) -> AbstentionScore:
    read = [r for r in records if r.f1 is not None]
    return abstention([r.answer is None for r in read], [not r.answerable for r in read])


def _judged(records: Sequence[Record]) -> tuple[list[float], list[bool]]:
    pairs = [(r.confidence, r.right) for r in records]
    known = [(c, right) for c, right in pairs if c is not None and right is not None]
    return [c for c, _ in known], [right for _, right in known]


def _bets(records: Sequence[Record]) -> tuple[list[float], list[bool]]:
    pairs = [(r.best_confidence or 0.0, r.best_right) for r in records]
    known = [(c, right) for c, right in pairs if right is not None]
    return [c for c, _ in known], [right for _, right in known]
