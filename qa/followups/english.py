"""Follow-up questions in English: pronouns, bare question words, names and periods in the place of others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.followups.slots import (
    likeness,
    names_of,
    period_of,
    trimmed,
    with_period,
    without_period,
)
from qa.followups.types import Earlier

SPOKEN = re.compile(
    r"\b(?:who|what|where|when|why|how|which|whose|the|and|is|was|did|does|in the|of)\b", re.IGNORECASE
)
_LEAD = re.compile(r"^(?:(?:and|but|so|ok)\b[ ,]*)*(?:(?:what|how) about )?", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:(?:in|at|on|for|since|from|by|with|until|to) )?(?:who|whom|whose|where|when|why|how (?:much|many|long|old|far|often)"
    r"(?: [a-z]+)?|how|which [a-z]+|what (?:time|day|year|date|age|score|price)|what)\b",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could)"
_PRONOUN = re.compile(r"\b(?:it|he|she|they|him|them)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:its|his|her|their)\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:there|this|that|those|these|then|others?|else)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at|near|from|to) (?:the )?[A-ZÀ-ÝĐ]\S*(?: [A-ZÀ-ÝĐ]\S*)*")
_EMPTY = frozenset(
    "the a an of in at on for to by with from is are was were did does do has have had will be and who what where"
    " when why how much many long which".split()
)


def rewritten(question: str, said: Sequence[Earlier]) -> str | None:
    """The question that stands alone, without its mark; None where it does already."""
    last = said[-1]
    body = _LEAD.sub("", question).strip()
    before = trimmed(last.question)
    asked = _ASKED.match(body)
    if asked is None and re.match(rf"{_AUXILIARY}\b", body, re.IGNORECASE):
        return _clause(body, before, last)
    if asked is None:
        return _fragment(body, body != question, before)
    rest = body[asked.end() :].strip(" ,")
    if not rest:
        return _bare(body, before, last)
    return _clause(body, before, last)


def _fragment(body: str, led: bool, before: str) -> str | None:
    period = period_of(body)
    if period is not None and without_period(body).lower() in ("", "in"):
        return with_period(before, body)
    if len(body.split()) > (6 if led else 3) or not (led or _begins_as_part(body)):
        return None
    place = _PLACE.search(before)
    if re.match(r"(?:in|at|near|from|to) ", body) and place:
        return before[: place.start()] + body + before[place.end() :]
    own = names_of(body)
    kinds = [n for n in names_of(before) if n.start > 0]
    if not own or not kinds:
        return f"{before}, {body}"
    old = max(kinds, key=lambda n: (likeness(own[0].text, n.text), n.start))
    return before[: old.start] + own[0].text + before[old.end :]


def _begins_as_part(body: str) -> bool:
    """Whether it is no list of keywords, which asks by itself."""
    part = re.match(r"(?:the|a|an|in|at|near|from|to|of|for|with|its|his|her|their) ", body, re.IGNORECASE)
    return bool(part) or [n.text for n in names_of(body)] == [body]


def _bare(body: str, before: str, last: Earlier) -> str:
    """Another question word for the one of the last question, whose gap its answer fills."""
    asked = _ASKED.match(before)
    if asked is None:
        return f"{body}, {before}"
    rest = before[asked.end() :].strip()
    if re.match(r"who\b", asked[0], re.IGNORECASE) and not re.match(rf"{_AUXILIARY}\b", rest, re.IGNORECASE):
        return f"{body} {last.answer or 'they'} {rest}"
    counted = re.match(r"how many ([a-z]+)|which ([a-z]+)", asked[0], re.IGNORECASE)
    if counted and not re.match(rf"{_AUXILIARY}\b", rest, re.IGNORECASE):
        return f"{body} {counted[1] or counted[2]} {rest}"
    return f"{body} {rest}"


def _clause(body: str, before: str, last: Earlier) -> str | None:
    names = [n for n in names_of(body) if n.start > 0]
    pronoun, own = _PRONOUN.search(body), _OWN.search(body)
    about = _about(before)
    if pronoun and not any(n.start < pronoun.start() for n in names):
        return body[: pronoun.start()] + _antecedent(pronoun[0], before, last) + body[pronoun.end() :]
    if own and not any(n.start < own.start() for n in names):
        return f"{body[: own.start()]}{_antecedent(own[0], before, last)}'s{body[own.end() :]}"
    content = [w for w in re.findall(r"\w+", body.lower()) if w not in _EMPTY]
    if not names and (len(content) <= 2 or _POINTING.search(body)):
        return f"{body}, {about}"
    return None


def _antecedent(pronoun: str, before: str, last: Earlier) -> str:
    person = pronoun.lower() in ("he", "she", "him", "his", "her", "they", "them", "their")
    if person and last.answer and re.match(r"(?:and )?who\b", before, re.IGNORECASE):
        return last.answer
    return _about(before)


def _about(before: str) -> str:
    """From the first determiner or name behind the question word on."""
    asked = _ASKED.match(before)
    start = asked.end() if asked else 0
    phrase = re.search(r"\b(?:the|a|an) ", before[start:])
    starts = [n.start for n in names_of(before) if n.start >= start][:1]
    starts += [start + phrase.start()] if phrase else []
    return without_period(before[min(starts) :]) if starts else before[start:].strip()
