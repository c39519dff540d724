"""Spans that cannot be what is asked for: no number for "combien", a place for "quand", a day gone by for
"quand sera", the question's own words, another session than the one asked about.

Small readers answer by what they saw often: the day on which something was announced, the number next to the
right word. What a question cannot mean is left out by rule, before anything is weighed: a learned weight for
it was next to nothing, for in most questions of the training data all candidates fit. Where a rule is not
sure, the span stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby

from qa.answer_types import Check, type_check
from qa.lexical import fold, stem, words
from qa.similarity import sentence_around
from qa.temporal.expressions import LANGUAGES, grammar_of
from qa.temporal.publication import completed
from qa.temporal.questions import language_of
from qa.temporal.statements import time_at, times_of
from qa.types import Hit, Span

# "Quel prix a-t-il reçu ?" asks for a name.
_COUNT = re.compile(
    r"\bcombien\b|\bquels? (?:est le )?(?:nombre|montant|pourcentage)\b|\bquelle (?:est la )?somme\b"
    r"|\bquel (?:est|était|sera|serait) le prix d(?:[ue]s?\b|['’])|\bà quel prix\b"
    r"|\bhow (?:many|much|old)\b|\bbao nhiêu\b|\bquel âge\b|\bquelle est la population\b"
    r"|\bquel(?:le)? (?:(?:est|était|sera) (?:le |la |sa |son )?)?(?:taux|proportion|distance|longueur"
    r"|superficie|hauteur|altitude|vitesse|température|profondeur|largeur|densité)\b",
    re.IGNORECASE,
)
# "Qui a révélé combien d'emplois seront supprimés ?" asks for somebody.
_ANOTHER = re.compile(
    r"\b(?:qui|où|quand|pourquoi|comment|quel(?:le)?s?|who|which|what|where|when|why|ai|nào|đâu)\b", re.I
)
# Counted in units of time, a count looks like a time.
_IN_TIME = re.compile(
    r"\b(?:temps|secondes?|minutes?|heures?|jours?|semaines?|mois|ans|années?|siècles?|fois|time|times|seconds"
    r"|minutes|hours|days|weeks|months|years|long|lâu|ngày|tháng|năm|giờ|lần)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"(?:^|\b(?:depuis|pour|jusqu['’]à|dès|et) )quand\b|\bquelle (?:année|heure)\b"
    r"|\bquelles? (?:sont les )?dates?\b|\bquels? (?:jours?|mois)\b"
    r"|\bwhen\b|\b(?:what|which) (?:dates?|days?|years?|month)\b"
    r"|\bkhi nào\b|\bbao giờ\b|\b(?:ngày|năm|tháng) nào\b",
    re.IGNORECASE,
)
# What the main verb says: of what is past, whatever else the question names; of what is still to come.
_PAST = {
    "fr": re.compile(
        r"\b(?:a|ont|est|sont)-(?:t-)?(?:ils?|elles?|on)\b(?! (?:\w+ ){0,2}(?:prévu|attendu|programm|fixé))"
        r"|\b(?:a|ont) (?:\w+ ){0,2}(?:été|eu)\b|\b(?:s'est|s’est|se sont|fut|furent)\b"
        r"|\b(?:était|étaient|avait|avaient|devait|devaient)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(r"\b(?:did|was|were|has|have|had)\b", re.IGNORECASE),
    "vi": re.compile(r"\bđã\b", re.IGNORECASE),
}
_TO_COME = {
    "fr": re.compile(
        r"(?<![\w-])(?!(?:opé|camé|cholé|ult|ext|inf|man|cob|sup|int|cont)ra)[a-zà-ÿ]{2,}(?:ra|ront)(?![\w])"
        r"|\b(?:est|sont)(?:-(?:ils?|elles?))? (?:\w+ ){0,3}(?:prévu|attendu|programmé|fixé)e?s?\b"
        r"|\b(?:doit|doivent|devrait|devraient|va|vont)\b"
    ),
    "en": re.compile(
        r"\b(?:will|shall)\b|\b(?:is|are) (?:\w+ ){0,5}(?:scheduled|planned|expected|due|going to)\b"
    ),
    "vi": re.compile(r"\bsẽ\b"),
}
_TAKES_PLACE = re.compile(r"\b(?:a|ont) lieu\b|\b(?:est|sont) (?:prévu|attendu|programmé|fixé)e?s?\b")
_SAYS_SOMETHING = re.compile(r"\d|[^\W\d_]{3}")
_OTHER_NUMBERS = (
    r"une?|zéro|null?e?|cents?|mill(?:e|iers?|ions?)|milliards?|dizaines?|douzaines?|\w+aines?|aucune?|plusieurs"
    r"|quelques|beaucoup|peu|personne|rien|tou(?:s|te|tes)|plupart|majorité|(?:quasi-)?totalité|ensemble|moitié"
    r"|tiers|quarts?|double|triple|septante|huitante|octante|nonante|gratuite?s?"
    r"|zero|an?|hundreds?|thousands?|dozens?|millions?|billions?|several|few|many|most|both|none|no|all|half|third"
    r"|quarter|free|\w+teen|\w+ty|eleven|twelve"
    r"|mười|trăm|nghìn|ngàn|triệu|tỷ|chục|vài|nhiều|mấy|không"
)

_ASKED_WITH = re.compile(
    r"\b(?:qu[ie]?|qu['’]\w+|où|quand|pourquoi|comment|combien|quel(?:le)?s?|quoi|(?:les?|la)quel(?:le)?s?"
    r"|who|what|which|where|when|why|how|ai|nào|đâu|gì|mấy)\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\b(?:ou|or|hay|hoặc)\b", re.IGNORECASE)
_RANK = re.compile(r"\b(\d+)\s?(?:e|è|er|ère|ème|re|nde?|st|nd|rd|th)\s([^\W\d]{4,})")
_SMALL = frozenset(
    "le la les l un une des du de d a au aux en et dans par pour sur vers chez ce cette son sa ses leur leurs"
    " the of in to and at by for with on from an".split()
)

_Rule = Callable[[Hit, Span], bool]


def fitting(question: str, hits: Sequence[Hit], spans: Sequence[Span], a_passage: int = 3) -> list[Span]:
    """The spans that may answer the question, at most ``a_passage`` of each passage, in the order given."""
    by_id = {h.passage.id: h for h in hits}
    may = spans
    for rule in _rules(question):
        may = [s for s in may if rule(by_id[s.passage_id], s)]
    return [s for _, own in groupby(may, key=lambda s: s.passage_id) for s in list(own)[:a_passage]]


def _rules(question: str) -> list[_Rule]:
    rules = []
    if ranks := _ranks(question):
        rules.append(_of_ranks(ranks))
    if _ASKED_WITH.search(question) and not _CHOICE.search(question):
        rules.append(_says_more(frozenset(words(question))))
    return [*rules, *_typed(question)]


def _typed(question: str) -> list[_Rule]:
    count = _COUNT.search(question)
    if count is None:
        check = type_check(question)
        of_type = [] if check is None else [_of_type(check)]
        return [*of_type, _not_gone_by] if _WHEN.search(question) and _is_to_come(question) else of_type
    if _ANOTHER.search(question, 0, count.start()):
        return []
    return [] if _IN_TIME.search(question) else [_counts]


def _says_more(asked: frozenset[str]) -> _Rule:
    """Whether a span has a word that the question has not: all but 17 of 7,410 answers of people do."""

    def rule(hit: Hit, span: Span) -> bool:
        said = frozenset(words(hit.passage.text[span.start : span.end])) - _SMALL
        return not said or not said <= asked

    return rule


def _ranks(text: str) -> dict[str, set[str]]:
    """Of each thing counted by rank, the ranks: "34e session", "the 34th session"."""
    found: dict[str, set[str]] = {}
    for rank, thing in _RANK.findall(text):
        found.setdefault(stem(fold(thing)), set()).add(rank)
    return found


def _of_ranks(asked: dict[str, set[str]]) -> _Rule:
    """Whether a passage under its title, where it tells ranks of what is asked about, tells one asked for."""

    def rule(hit: Hit, span: Span) -> bool:
        told = _ranks(f"{hit.dispatch.title}\n{hit.passage.text}")
        return all(told.get(thing, ranks) & ranks for thing, ranks in asked.items())

    return rule


def _of_type(check: Check) -> _Rule:
    return lambda hit, span: check(hit.passage.text[span.start : span.end])


def _is_to_come(question: str) -> bool:
    """Whether it asks of what is still to come, whenever it is asked."""
    language = language_of(question)
    return _PAST[language].search(question) is None and _TO_COME[language].search(question) is not None


@cache
def _number() -> re.Pattern[str]:
    """A number in any language's figures or words; "31e" is a rank. Made for the first count asked for."""
    words = {word for language in LANGUAGES for word in grammar_of(language).lexicon.numbers}
    return re.compile(
        r"\d(?!\d*(?:e|è|er|ère|ème|re|nde?|st|nd|rd|th)\b)|%|\b(?:"
        + "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        + rf"|{_OTHER_NUMBERS})\b",
        re.IGNORECASE,
    )


def _counts(hit: Hit, span: Span) -> bool:
    """Whether the span has a number, and is no part of a date."""
    dated = any(e.kind == "date" and e.start <= span.start and span.end <= e.end for e in times_of(hit))
    return not dated and _number().search(hit.passage.text, span.start, span.end) is not None


def _not_gone_by(hit: Hit, span: Span) -> bool:
    """Whether the span's time was not surely over when its dispatch was published; "en" says no time."""
    if not _SAYS_SOMETHING.search(hit.passage.text, span.start, span.end):
        return False
    published = completed(hit.dispatch.published, hit.dispatch.body)
    time = time_at(hit, span.start, span.end)
    if published is None or time is None or time.value is None or time.tense == "future":
        return True
    if time.value.last < published.first:
        return False
    # The day on which it was announced: "a annoncé lundi" of Monday's dispatch.
    told = time.tense == "past" and published.first == published.last == time.value.first == time.value.last
    return (
        not told or _TAKES_PLACE.search(sentence_around(hit.passage.text, span.start, span.end)) is not None
    )
