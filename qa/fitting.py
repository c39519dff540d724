"""Spans that cannot be what is asked for: no number for "combien", a day gone by for "quand sera".

Small readers answer by what they saw often: the day on which something was announced, the number next to the
right word. What a question cannot mean is left out by rule, before anything is weighed: a learned weight for
it was next to nothing, for in most questions of the training data all candidates fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from qa.temporal.expressions import LANGUAGES, find, grammar_of
from qa.temporal.french import LEXICON
from qa.temporal.publication import completed
from qa.temporal.statements import time_at
from qa.types import Hit, Span

# "Quel prix a-t-il reçu ?" asks for a name.
_COUNT = re.compile(
    r"\bcombien\b|\bquels? (?:est le )?(?:nombre|montant|pourcentage)\b|\bquelle (?:est la )?somme\b"
    r"|\bquel (?:est|était|sera|serait) le prix d(?:[ue]s?\b|['’])|\bà quel prix\b"
    r"|\bhow (?:many|much)\b|\bbao nhiêu\b",
    re.IGNORECASE,
)
_LASTING = re.compile(r"\bcombien de temps\b|\bhow (?:much time|long)\b|\bbao lâu\b", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:^|\b(?:depuis|pour|jusqu['’]à|dès|et) )quand\b|\bquelle (?:année|heure)\b"
    r"|\bquelles? (?:sont les )?dates?\b|\bquels? (?:jours?|mois)\b"
    r"|\bwhen\b|\b(?:what|which) (?:dates?|days?|years?|month)\b"
    r"|\bkhi nào\b|\bbao giờ\b|\b(?:ngày|năm|tháng) nào\b",
    re.IGNORECASE,
)
# "Quand était prévue la signature ?" may have been then.
_WAS_TO_COME = re.compile(r"\b(?:était|étaient|devait|devaient|was|were)\b", re.IGNORECASE)
_OTHER_NUMBERS = (
    r"une?|zéro|null?e?|cents?|mill(?:e|iers?|ions?)|milliards?|dizaines?|douzaines?|\w+aines?|aucune?|plusieurs"
    r"|quelques|beaucoup|peu|personne|rien|tous|toutes|plupart|majorité|(?:quasi-)?totalité|ensemble|moitié"
    r"|tiers|quarts?|double|triple|one|two|three|four|five|six|seven|eight|nine|ten|both|none|half"
)
# "31e" is a rank.
_NUMBER = re.compile(
    r"\d(?!\d*(?:e|è|er|ère|ème|re|nde?)\b)|%|\b(?:"
    + "|".join(sorted(LEXICON.numbers, key=len, reverse=True))
    + rf"|{_OTHER_NUMBERS})\b",
    re.IGNORECASE,
)


def fitting(question: str, hits: Sequence[Hit], spans: Sequence[Span], a_passage: int = 3) -> list[Span]:
    """The spans that may answer the question, at most ``a_passage`` of each passage, in the order given."""
    by_id = {h.passage.id: h for h in hits}
    may = spans
    for rule in _rules(question):
        may = [s for s in may if rule(by_id[s.passage_id], s)]
    return [s for _, own in groupby(may, key=lambda s: s.passage_id) for s in list(own)[:a_passage]]


def _rules(question: str) -> list[Callable[[Hit, Span], bool]]:
    if _LASTING.search(question):
        return []
    if _COUNT.search(question):
        return [_counts]
    return [_not_gone_by] if _WHEN.search(question) and _is_to_come(question) else []


def _is_to_come(question: str) -> bool:
    """Whether it asks of what is still to come, whenever it is asked."""
    future = any(grammar_of(language).future.search(question) for language in LANGUAGES)
    return future and _WAS_TO_COME.search(question) is None


def _counts(hit: Hit, span: Span) -> bool:
    """Whether the span has a number, and is no date."""
    text = hit.passage.text[span.start : span.end]
    whole = any(e.start == 0 and e.end == len(text) for e in find(text, None) if e.kind != "duration")
    return _NUMBER.search(text) is not None and not whole


def _not_gone_by(hit: Hit, span: Span) -> bool:
    """Whether the span's time was not over when its dispatch was published, or may not have been."""
    published = completed(hit.dispatch.published, hit.dispatch.body)
    time = time_at(hit, span.start, span.end)
    if published is None or time is None or time.value is None:
        return True
    return time.value.last > published.last or time.tense == "future"
