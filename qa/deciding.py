"""Ranked candidates to an answer or an abstention: the current answer, its probability, what others said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.candidates import Group, Scored, same_words
from qa.citing import cite, cite_all
from qa.confidence import Calibration
from qa.temporal.expressions import TimeExpression
from qa.temporal.history import settle
from qa.temporal.statements import Likeness, Statement, statement
from qa.types import (
    Abstention,
    AbstentionReason,
    Answer,
    AnswerTime,
    Candidate,
    Citation,
    Hit,
    Relation,
    Span,
    Told,
)

_ALTERNATIVES = 3


def decide(
    question: str,
    groups: Sequence[Group],
    calibration: Calibration,
    threshold: float,
    hits: Sequence[Hit] = (),
    likeness: Likeness | None = None,
) -> Answer | Abstention:
    """The current answer of groups, best first (at least one), or why it is withheld.

    ``threshold``: the probability below which it is. ``hits``: passages of which other dispatches' are heard
    for the history, by the ``likeness`` of their sentences. Raises CitationMismatch.
    """
    best, *others = groups
    probability = calibration.belief.probability(best.best.evidence, best.lead)
    candidates = tuple(_candidate(g, calibration, probability) for g in others[:_ALTERNATIVES])
    if probability < threshold:
        reason: AbstentionReason = "no_answer_found" if best.best.span.margin < 0 else "below_threshold"
        first = _candidate(best, calibration, probability)
        absence = calibration.absence.probability(best.best.evidence, best.lead)
        return Abstention(reason, absence, (first, *candidates)[:_ALTERNATIVES])
    answer = _read(best.best)
    if likeness is None:
        return _answer(answer, best, probability, candidates, ())
    settled = settle(question, answer, hits, likeness, [_read(m) for g in groups for m in g.members])
    return _answer(settled.current, best, probability, candidates, settled.others)


def _read(scored: Scored) -> Statement:
    said = statement(scored.hit, scored.span.start, scored.span.end)
    return replace(said, margin=scored.span.margin)


def _answer(
    current: Statement,
    best: Group,
    probability: float,
    candidates: tuple[Candidate, ...],
    others: Sequence[tuple[Statement, Relation]],
) -> Answer:
    told = tuple(_told(statement, how) for statement, how in others)
    history = {t.citation.dispatch_id for t in told}
    found = [(current.hit, _span(current)), *_likewise(current, best)]
    placed = [c for hit, span in found for c in cite_all(_meaning(current, hit, span), span)]
    cited = (placed[0], *(c for c in placed[1:] if c.dispatch_id not in history))
    said = {(c.dispatch_id, c.start) for c in (*cited, *(t.citation for t in told))}
    texts = {current.text, *(t.text for t in told)}
    rest = tuple(
        c
        for c in candidates
        if c.text not in texts and (c.citation.dispatch_id, c.citation.start) not in said
    )
    return Answer(current.text, probability, cited, rest, answer_time(current.time), told)


def _likewise(current: Statement, best: Group) -> Iterator[tuple[Hit, Span]]:
    """The other places where the reader found the answer in the same words, and where they mean the same.

    "cette année" of last year's dispatch does not. The newest is cited first, wherever the reader found it.
    """
    if same_words(current.text) != same_words(best.best.text):
        return
    for member in best.members:
        other = statement(member.hit, member.span.start, member.span.end)
        same_place = (other.hit.passage.id, other.start) == (current.hit.passage.id, current.start)
        if not same_place and other.claim.time == current.claim.time:
            yield member.hit, member.span


def _meaning(current: Statement, hit: Hit, span: Span) -> Hit:
    """The hit without the copies that mean another time: "cette année", in a dispatch of another year."""
    if current.time is None or current.time.resolved_from is None:
        return hit
    dated = ((copy, statement(replace(hit, dispatch=copy[1]), span.start, span.end)) for copy in hit.copies)
    return replace(hit, copies=tuple(copy for copy, said in dated if said.claim.time == current.claim.time))


def answer_time(expression: TimeExpression | None) -> AnswerTime | None:
    """The value of an expression as an answer shows it; a vague one has none to show."""
    if expression is None or expression.value is None or expression.kind == "vague":
        return None
    return AnswerTime(expression.value, expression.resolved_from)


def _told(other: Statement, how: Relation) -> Told:
    return Told(other.text, how, _citation(other), answer_time(other.time))


def _citation(said: Statement) -> Citation:
    return cite(said.hit, _span(said))


def _span(said: Statement) -> Span:
    return Span(said.hit.passage.id, said.start, said.end, 0.0, 0.0)


def _candidate(group: Group, calibration: Calibration, most: float) -> Candidate:
    """``most``: the probability of the best; the joint score put this one behind it, and so it stays."""
    best = group.best
    probability = min(most, calibration.belief.probability(best.evidence, group.lead))
    return Candidate(best.text, probability, cite(best.hit, best.span))
