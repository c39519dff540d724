"""Time expressions of a text: found with their offsets, resolved against the dispatch that contains them.

Questions may be in French, English or Vietnamese; dispatches are in the language they say (French).
``find`` is linear in the text and never raises.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module

from qa.dates import PartialDate
from qa.temporal import values
from qa.temporal.rules import Grammar, Kind, Parts, Rule
from qa.temporal.values import Anchor, Interval, Tense

LANGUAGES = {"fr": "french", "en": "english", "vi": "vietnamese"}

# A verb further away than this says little about when.
_REACH = 120
# The longest words in front that open an interval.
_FRONT = 30
# Years before our era have no value here: a range of years counts up.
_BEFORE_CHRIST = re.compile(
    r"(?:\s\d{1,3})?\s?[(,]?\s?(?:(?:avant|av\.?)\s?(?:J\.[\s‑–-]{0,2}C\b\.?|J-?C\b(?!\s[A-ZÀ-Ý])"
    r"|Jésus-Christ|notre ère|l['’]ère chrétienne)|B\.C\.|before Christ|trước Công nguyên)\)?"
)
# "du Ve siècle au IIe siècle avant J.-C.": both are before.
_BESIDE = re.compile(r"(?:\s(?:et|ou|au|à|jusqu['’]au))?(?:\s(?:le|en))?\s?")
_SENTENCE_END = re.compile(r"[.!?…;](?=\s|[A-ZÀ-Ý«\"]|$)|\n")


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A literal span ``text[start:end]``; ``value`` is None for durations and what cannot be resolved.

    ``resolved_from`` is the date it was resolved against; None where the words alone say the value.
    ``tense`` is that of the verb nearest to it.
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: Interval | None
    resolved_from: PartialDate | None = None
    tense: Tense = "unknown"


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    rule: Rule
    parts: Parts


@lru_cache(maxsize=len(LANGUAGES))
def grammar_of(language: str) -> Grammar:
    """The grammar of a language of ``LANGUAGES``, its patterns compiled when it is first needed."""
    grammar: Grammar = import_module(f"qa.temporal.{LANGUAGES[language]}").GRAMMAR
    return grammar


def find(
    text: str,
    published: PartialDate | None,
    language: str = "fr",
    day: PartialDate | None = None,
) -> list[TimeExpression]:
    """Every time expression of a text in order of place, none overlapping another.

    ``day``: the publication completed to the day (``publication.completed``), for what ``published`` is too
    coarse to resolve.
    """
    grammar = grammar_of(language)
    expressions: list[TimeExpression] = []
    before: Interval | None = None
    for found in _longest(_matches(text, grammar)):
        anchor = _anchor(text, found, grammar, published, before)
        expression = _resolved(text, found, anchor)
        if expression.value is None and day is not None:
            expression = _resolved(text, found, replace(anchor, published=day))
        if expressions and (whole := _range(text, expressions[-1], expression, grammar)):
            expressions[-1] = whole
            continue
        ancient = _before_christ(text, expression)
        if ancient and expressions and _BESIDE.fullmatch(text[expressions[-1].end : ancient.start]):
            expressions[-1] = replace(expressions[-1], value=None, resolved_from=None)
        expressions.append(ancient or _opened(text, expression, grammar))
        if expression.value is not None and expression.value.days == 1:
            before = expression.value
    return expressions


def _anchor(
    text: str, found: _Found, grammar: Grammar, published: PartialDate | None, before: Interval | None
) -> Anchor:
    front = text[max(0, found.start - _FRONT) : found.start]
    if grammar.ahead and grammar.ahead.search(front):
        return Anchor(published, "future", before, "ahead")
    if grammar.behind and grammar.behind.search(front):
        return Anchor(published, "past", before, "behind")
    return Anchor(published, _tense(text, found, grammar), before)


def _matches(text: str, grammar: Grammar) -> Iterator[_Found]:
    for rule in grammar.rules:
        for match in rule.pattern.finditer(text):
            yield _Found(match.start(), match.end(), rule, Parts(match, grammar.lexicon))


def _longest(matches: Iterator[_Found]) -> list[_Found]:
    """Of matches that overlap the longest, then the one of the first rule; in order of place."""
    kept: list[_Found] = []
    for found in sorted(matches, key=lambda f: (f.start - f.end, f.start)):
        at = bisect(kept, found.start, key=lambda k: k.start)
        clear_before = at == 0 or kept[at - 1].end <= found.start
        if clear_before and (at == len(kept) or found.end <= kept[at].start):
            kept.insert(at, found)
    return kept


def _resolved(text: str, found: _Found, anchor: Anchor) -> TimeExpression:
    value = found.rule.resolve(found.parts, anchor)
    absolute = found.rule.resolve(found.parts, Anchor(None)) is not None
    source = None if absolute or value is None else anchor.published
    if source is not None and value is not None and anchor.side == "ahead" and value.last < source.first:
        value = values.year_after(value)
    return TimeExpression(
        found.start, found.end, text[found.start : found.end], found.rule.kind, value, source, anchor.tense
    )


def _before_christ(text: str, expression: TimeExpression) -> TimeExpression | None:
    """The expression with the words behind that put it before our era, without a value."""
    match = _BEFORE_CHRIST.match(text, expression.end)
    if match is None or expression.kind != "date":
        return None
    said = text[expression.start : match.end()]
    return replace(expression, end=match.end(), text=said, value=None, resolved_from=None)


def _opened(text: str, expression: TimeExpression, grammar: Grammar) -> TimeExpression:
    """With the words in front that open the interval ("depuis", "d'ici")."""
    value = expression.value
    if value is None:
        return expression
    front = text[max(0, expression.start - _FRONT) : expression.start]
    opened = ((grammar.since, Interval(value.start, None)), (grammar.until, Interval(None, value.end)))
    for pattern, interval in opened:
        if match := pattern.search(front):
            return _widened(text, expression, expression.start - len(match[0]), interval)
    return expression


def _range(
    text: str, first: TimeExpression, second: TimeExpression, grammar: Grammar
) -> TimeExpression | None:
    """One expression out of two that stand as "entre … et …", "de … à …"; the first may have been opened."""
    if first.value is None or second.value is None or first.value.start is None:
        return None
    if not grammar.range_middle.fullmatch(text[first.end : second.start]):
        return None
    front = text[max(0, first.start - _FRONT) : first.start]
    match = grammar.range_start.search(front)
    opened = first.value.end is None
    if not opened and match is None:
        return None
    if first.value.start.first > second.value.last:
        return None
    start = first.start if match is None else first.start - len(match[0])
    value = Interval(first.value.start, second.value.end)
    source = first.resolved_from or second.resolved_from
    return replace(_widened(text, replace(second, start=start), start, value), resolved_from=source)


def _widened(text: str, expression: TimeExpression, start: int, value: Interval) -> TimeExpression:
    return replace(expression, start=start, text=text[start : expression.end], value=value)


def _tense(text: str, found: _Found, grammar: Grammar) -> Tense:
    """Of the verb nearest to the expression in its sentence."""
    start, end = _sentence(text, found.start, found.end)
    nearest: tuple[int, Tense] = (_REACH, "unknown")
    tenses: Sequence[tuple[Tense, re.Pattern[str]]] = (("future", grammar.future), ("past", grammar.past))
    for tense, pattern in tenses:
        for match in pattern.finditer(text, start, end):
            distance = max(found.start - match.end(), match.start() - found.end)
            if distance >= 0:
                nearest = min(nearest, (distance, tense))
    return nearest[1]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence around a span, as far as a verb counts."""
    first, last = max(0, start - 2 * _REACH), min(len(text), end + 2 * _REACH)
    ends = [m.end() for m in _SENTENCE_END.finditer(text, first, start)]
    after = _SENTENCE_END.search(text, end, last)
    return (ends[-1] if ends else first), (after.start() if after else last)
