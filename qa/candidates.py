"""Spans of all passages to ranked, different answers: joint score, grouping, lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings.background import relative
from qa.confidence import Calibration, Evidence
from qa.lexical import words
from qa.similarity import sentence_around
from qa.temporal.history import agreeing
from qa.temporal.statements import statement
from qa.types import Hit, Span

# Of the spans read, so many are weighed by their sentences.
_WEIGHED = 6
_ARTICLES = frozenset({"le", "la", "les", "un", "une"})

Cosines = Callable[[Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A span of a hit with its evidence and joint score (higher is better)."""

    hit: Hit
    span: Span
    evidence: Evidence
    joint: float

    @property
    def text(self) -> str:
        """The literal answer."""
        return self.hit.passage.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Group:
    """Places that say the same, best first; ``lead`` is over the best answer that says something else.

    "M. Kerouédan" takes nothing from "Bastien Kerouédan", nor "en octobre" from "les 25 et 26 octobre".
    """

    members: tuple[Scored, ...]
    lead: float

    @property
    def best(self) -> Scored:
        """The best member."""
        return self.members[0]

    def upheld(self, log_odds: float) -> Group:
        """The same, with what the verifier says of the best."""
        best = replace(self.best, evidence=replace(self.best.evidence, upheld=log_odds))
        return replace(self, members=(best, *self.members[1:]))


def promising(
    hits: Sequence[Hit], spans: Sequence[Span], floor: float, calibration: Calibration
) -> list[Span]:
    """The spans that would score best were their sentences as near to the question as their passages are.

    Every other sentence would cost an embedding. Over 1,308 questions (``dev.fr``) four spans were enough for
    the same best candidate, in three sentences of five.
    """
    by_id = {h.passage.id: h for h in hits}

    def likely(span: Span) -> float:
        hit = by_id[span.passage_id]
        return calibration.joint(_evidence(hit, span, hit.cosine, floor))

    return sorted(spans, key=lambda s: -likely(s))[:_WEIGHED]


def gather(
    hits: Sequence[Hit], spans: Sequence[Span], cosines: Cosines, floor: float
) -> list[tuple[Hit, Span, Evidence]]:
    """The evidence of each span; ``cosines`` compares sentences with the question.

    ``floor`` is the question's cosine with the encoder's background.
    """
    by_id: Mapping[str, Hit] = {h.passage.id: h for h in hits}
    sentences = [sentence_around(by_id[s.passage_id].passage.text, s.start, s.end) for s in spans]
    gathered = []
    for span, cosine in zip(spans, cosines(sentences), strict=True):
        hit = by_id[span.passage_id]
        gathered.append((hit, span, _evidence(hit, span, cosine, floor)))
    return gathered


def _evidence(hit: Hit, span: Span, cosine: float, floor: float) -> Evidence:
    caption = 1.0 if hit.passage.kind == "caption" else 0.0
    sentence, passage = relative(cosine, floor), relative(hit.cosine, floor)
    return Evidence(span.margin, sentence, passage, hit.score, caption)


def rank(gathered: Sequence[tuple[Hit, Span, Evidence]], calibration: Calibration) -> list[Group]:
    """Different answers, best joint score first, each with all places that say the same."""
    scored = [Scored(h, s, e, calibration.joint(e)) for h, s, e in gathered]
    scored.sort(key=lambda c: (-c.joint, c.hit.passage.id, c.span.start))
    groups: dict[str, list[Scored]] = {}
    for candidate in scored:
        groups.setdefault(same_words(candidate.text), []).append(candidate)
    ordered = sorted(groups.values(), key=lambda g: -g[0].joint)
    return [Group(tuple(g), _lead(ordered, i)) for i, g in enumerate(ordered)]


def _lead(ordered: Sequence[Sequence[Scored]], i: int) -> float:
    """Over the first that disagrees for the first, over the first (so negative or 0) for all others."""
    if i > 0:
        return ordered[i][0].joint - ordered[0][0].joint
    best, *others = (group[0] for group in ordered)
    rival = next((other for other in others if not _agree(best, other)), None)
    return float("inf") if rival is None else best.joint - rival.joint


def _agree(one: Scored, other: Scored) -> bool:
    return agreeing(*(statement(s.hit, s.span.start, s.span.end) for s in (one, other)))


def same_words(text: str) -> str:
    """Answers that differ in case, accents, punctuation or the article before them are the same."""
    first, *others = words(text) or [text]
    return " ".join(others if others and first in _ARTICLES else [first, *others])
