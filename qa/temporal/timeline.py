"""Dated statements about a topic, in order of the events' time: each a literal sentence with its citation.

A statement is a sentence with a resolved time expression. It is about the topic when the sentence is nearly
as like it as the best one is. Statements of one time that say the same in different dispatches are one,
cited from each. What lay ahead when the dispatch was published is planned, what did not is past.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.blocks import sentence_ends
from qa.citing import cite_all
from qa.lexical import question_terms
from qa.temporal.expressions import TimeExpression, find
from qa.temporal.publication import completed
from qa.temporal.statements import lies_ahead
from qa.temporal.values import Interval
from qa.types import Citation, Hit, Span

# Of the best sentence's cosine above the background: below it a sentence is about something else.
_NEAR = 0.5
# Share of words that two sentences of one time have in common when they say the same.
_SAME = 0.5
_NEGATED = re.compile(r"\b(?:pas|aucune?|jamais|ni|not|no|never)\b", re.IGNORECASE)
# A verb of saying right before a time: the day of the report.
_REPORTED = re.compile(
    r"\b(?:annonc|indiqu|déclar|affirm|précis|soulign|publi|rapport|estim|assur|appris|expliqu|confirm"
    r"|fait savoir)\w*"
    r"(?:\s[\w'’-]+){0,2}\s$",
    re.IGNORECASE,
)

Relevance = Callable[[Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Event:
    """One dated statement; ``citations`` are sentences, the newest dispatch's first.

    ``interval`` is when it happened or is to happen; ``expression`` the words that say so. ``planned``: it
    lay ahead of the newest dispatch that tells of it.
    """

    interval: Interval
    expression: str
    planned: bool
    relevance: float
    citations: tuple[Citation, ...]

    @property
    def citation(self) -> Citation:
        """The newest citation."""
        return self.citations[0]


@dataclass(frozen=True, slots=True)
class _Dated:
    hit: Hit
    start: int
    end: int
    expression: TimeExpression
    relevance: float

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.start : self.end]

    @property
    def interval(self) -> Interval:
        assert self.expression.value is not None
        return self.expression.value


def timeline(hits: Sequence[Hit], relevance: Relevance, most: int) -> tuple[Event, ...]:
    """At most ``most`` events out of the passages about a topic, in order of time.

    ``relevance`` gives for each sentence how much it is about the topic (0: not more than any; higher is
    better).
    """
    dated = _scored(list(_dated(hits)), relevance)
    best = max((d.relevance for d in dated), default=0.0)
    near = sorted((d for d in dated if d.relevance >= _NEAR * best > 0), key=lambda d: -d.relevance)
    events = [_event(group) for group in _merged(near)]
    kept = sorted(events, key=lambda e: -e.relevance)[:most]
    return tuple(sorted(kept, key=lambda e: (e.interval.first, e.interval.last, -e.relevance)))


def _dated(hits: Sequence[Hit]) -> Iterator[_Dated]:
    for hit in hits:
        if hit.passage.ordinal == 0:  # the header line's date is the dispatch's, not an event's
            continue
        text, dispatch = hit.passage.text, hit.dispatch
        found = find(text, dispatch.published, day=completed(dispatch.published, dispatch.body))
        for start, end in pairwise([0, *sentence_ends(text), len(text)]):
            inside = [e for e in found if e.value is not None and start <= e.start and e.end <= end]
            # "…, a indiqué jeudi le ministre" dates the report, where the sentence has another time.
            inside = [e for e in inside if not _REPORTED.search(text[start : e.start])] or inside
            if inside:
                stripped = text[start:end].strip()
                first = start + text[start:end].index(stripped)
                yield _Dated(hit, first, first + len(stripped), _narrowest(inside), 0.0)


def _narrowest(found: Sequence[TimeExpression]) -> TimeExpression:
    """Of several times in one sentence the most exact: the first of the fewest days."""
    return min(found, key=lambda e: (e.value.days if e.value else 0, e.start))


def _scored(dated: Sequence[_Dated], relevance: Relevance) -> list[_Dated]:
    scores = relevance([d.text for d in dated])
    return [replace(d, relevance=score) for d, score in zip(dated, scores, strict=True)]


def _merged(dated: Sequence[_Dated]) -> list[list[_Dated]]:
    """Statements of one time with mostly the same words, together."""
    groups: list[list[_Dated]] = []
    for one in dated:
        same = (g for g in groups if str(g[0].interval) == str(one.interval) and _alike(g[0].text, one.text))
        group = next(same, None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _alike(one: str, other: str) -> bool:
    """Whether two sentences say the same: most of their words, all figures, and no "pas" in only one."""
    first, second = set(question_terms(one)), set(question_terms(other))
    exact = [(sorted(re.findall(r"\d+", text)), bool(_NEGATED.search(text))) for text in (one, other)]
    return exact[0] == exact[1] and len(first & second) >= _SAME * min(len(first), len(second))


def _event(group: Sequence[_Dated]) -> Event:
    newest = sorted(group, key=lambda d: _known(d.hit), reverse=True)
    published = newest[0].hit.dispatch.published
    interval = newest[0].interval
    return Event(
        interval=interval,
        expression=newest[0].expression.text,
        planned=published is not None and lies_ahead(newest[0].expression, published),
        relevance=max(d.relevance for d in group),
        citations=tuple(_cited(newest)),
    )


def _cited(group: Sequence[_Dated]) -> Iterator[Citation]:
    """One citation a dispatch."""
    seen: set[str] = set()
    for dated in group:
        if dated.hit.dispatch.id not in seen:
            seen.add(dated.hit.dispatch.id)
            yield from cite_all(dated.hit, Span(dated.hit.passage.id, dated.start, dated.end, 0.0, 0.0))


def _known(hit: Hit) -> tuple[int, int, int]:
    """When a dispatch was known at the latest, to the minute where that is told."""
    published = hit.dispatch.published
    if published is None:
        return 0, 0, 0
    return published.last.toordinal(), published.hour or 0, published.minute or 0
