"""Which of the answers that dispatches gave over time is the current one, and what it did to the others.

The best answer stands unless a newer dispatch says something else of the same kind in a sentence much like
its own, or where the reader took it for the answer: the same more exactly, a correction, or another value.
The newest such statement is the answer then, and what the others say is its history. How alike is enough was
chosen on the dev half of ``eval/questions/time.jsonl``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.temporal.quantities import OF_THE_CLOCK, clock_of
from qa.temporal.relations import agree, corrects, relation
from qa.temporal.statements import (
    NAME_GROUP,
    Likeness,
    Rewriter,
    Statement,
    elsewhere,
    in_asked_units,
    may_count_the_same,
    on_the_matter,
    same_things,
)
from qa.types import Hit, Relation

# Likeness from which a statement is one on the same matter; the further it departs, the more alike it
# must be.
ALIKE: dict[Relation, float] = {"same": 0.2, "refined": 0.25, "superseded": 0.35, "contradicted": 0.4}
# From here a statement is surely on the same matter: an older one more exact, a newer one that repeats.
_SURELY = 0.5
# The reader's margin from which it takes a span for an answer; that is as sure.
_READ = 3.0
_SURELY_READ = 6.0
_ONE_EVENT_DAYS = 8
_ONE_DAY = 1
_AGREES = 0.15
_REPORTED = 0.2
# A relative "où" asks for nothing.
_WHERE = re.compile(
    r"^\W*(?:d['’]|(?:par|vers) )?(?:où|where)\b|\b(?:ở đâu|quel endroit"
    r"|(?:dans|en|sur|à) quell?e?s? (?:villes?|pays|lieux?|communes?|régions?|provinces?|villages?|quartiers?"
    r"|salles?|stades?|îles?|capitales?|ports?)"
    r"|(?:in|at|on) (?:which|what) (?:city|town|country|place|venue|village|province|region|island|port))\b",
    re.IGNORECASE,
)
_WHICH_DAY = re.compile(
    r"\bquel(?:le)?s? (?:jours?|dates?)\b|\b(?:what|which) (?:day|date)s?\b|\bngày (?:nào|mấy)\b",
    re.IGNORECASE,
)
_WHAT_HOUR = re.compile(r"\bquelle heure\b|\b(?:what time|mấy giờ|giờ nào)\b", re.IGNORECASE)
_NAMED = re.compile(rf"(?:{NAME_GROUP})$")
_DESCRIBED = re.compile(r"(?:une?|les?|la|l['’]|des|son|sa|ses|leur)\b(?:[ ’'][a-zà-ÿœ-]+)+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settled:
    """The current answer and, newest first, what others said; each with what the current one does to it."""

    current: Statement
    others: tuple[tuple[Statement, Relation], ...]


def settle(
    question: str,
    best: Statement,
    hits: Sequence[Hit],
    likeness: Likeness,
    read: Sequence[Statement] = (),
) -> Settled:
    """The current answer, given the best one, and its history among passages of other dispatches.

    ``read``: what the reader took for answers in other dispatches, each with its margin.
    """
    if _WHERE.search(question):
        best, read = _placed(best), [_placed(r) for r in read]
    in_units = _as_asked(question, best)
    best, read = in_units(best), [in_units(r) for r in read]
    stated = elsewhere(question, best, hits, likeness, in_units)
    heard = _heard(question, best, stated, read)
    told = _one_each(best, heard)
    oldest_first = sorted((best, *told), key=lambda s: s.known)
    current = best
    for newer in oldest_first:
        if _replaces(newer, current):
            current = newer
    # What is older may still say the same as the newest, more exactly.
    for older in oldest_first:
        if _relation(older, current) == "refined" and min(older.likeness, current.likeness) >= _SURELY:
            current = older
    oldest_first = _repeating(current, oldest_first, heard)
    current = _newest(current, best, oldest_first)
    history = ((s, _towards(current, s)) for s in reversed(oldest_first) if s is not current)
    return Settled(current, tuple((s, how) for s, how in history if _on_the_same(s, current, how)))


def _heard(
    question: str, best: Statement, stated: Sequence[Statement], read: Sequence[Statement]
) -> list[Statement]:
    """What other dispatches state by their sentences' likeness, and what the reader took for an answer there.

    Of two counts or two wordings the reader knows best whether they answer the question; times stand in many
    sentences, and it takes the day of a report for one.
    """
    speaks = on_the_matter(question, best.hit)
    others = [r for r in read if r.margin >= _READ and r.hit.dispatch.id != best.hit.dispatch.id]
    others = [r for r in others if r.claim.time is None and (speaks(r.hit) or agreeing(best, r))]
    heard = []
    for said in stated:
        margin = max((r.margin for r in (best, *others) if _same_answer(said, r)), default=-math.inf)
        asked = replace(said, margin=margin, likeness=max(said.likeness, _SURELY))
        heard.append(said if margin < _READ else asked)
    new = [r for r in others if not any(r.overlaps(said) for said in heard)]
    return [*heard, *(replace(r, likeness=_SURELY) for r in new)]


def _as_asked(question: str, best: Statement) -> Rewriter:
    """What is claimed, in the units asked for: the hour alone or the day alone where that is asked for."""
    in_units = in_asked_units(question, best)
    if not _WHAT_HOUR.search(question):
        day = _WHICH_DAY.search(question)
        return (lambda said: replace(said, claim=replace(said.claim, hour=None))) if day else in_units

    def by_the_clock(said: Statement) -> Statement:
        hour = clock_of(said.text)
        return replace(said, claim=replace(said.claim, time=None, quantity=hour)) if hour else in_units(said)

    return by_the_clock


def _placed(said: Statement) -> Statement:
    named = any(word[:1].isupper() for word in said.text.split())
    return replace(said, place=named and said.margin >= _SURELY_READ)


def _same_answer(said: Statement, read: Statement) -> bool:
    """Whether the reader took it for an answer, there or in the same words elsewhere."""
    return said.overlaps(read) or (said.claim.quantity is None and said.text == read.text)


def _repeating(
    current: Statement, oldest_first: Sequence[Statement], heard: Sequence[Statement]
) -> list[Statement]:
    """With what newer dispatches tell again, in place of what else they were heard for."""
    least_alike_first = sorted(heard, key=lambda s: s.likeness)
    again = {s.hit.dispatch.id: s for s in least_alike_first if _repeats(s, current)}
    others = (s for s in oldest_first if s is current or s.hit.dispatch.id not in again)
    return sorted((*others, *again.values()), key=lambda s: s.known)


def _repeats(other: Statement, current: Statement) -> bool:
    """Whether a newer dispatch tells the same value, one that is hardly another's."""
    still = not other.withdrawn and not corrects(other.sentence) and other.telling
    alike = other.likeness >= ALIKE["same"] and _comparable(other, current)
    return other.newer_than(current) and still and alike and _equal(other, current)


def _newest(current: Statement, best: Statement, oldest_first: Sequence[Statement]) -> Statement:
    """Of those that say no more and no less, the newest that surely answers; the best where none does."""
    equal = [s for s in oldest_first if _equal(s, current)]
    sure = [s for s in equal if s.likeness >= _SURELY or s.telling]
    return sure[-1] if sure else best if best in equal else current


def _equal(one: Statement, other: Statement) -> bool:
    return agree(one.claim, other.claim) == agree(other.claim, one.claim) == "same"


def _relation(newer: Statement, older: Statement) -> Relation:
    """By what both say; of two that the reader took for answers, a name refines a description."""
    how = relation(newer.claim, older.claim)
    if how in ("same", "refined") or min(newer.margin, older.margin) < _READ:
        return how
    named = _NAMED.match(newer.text) and _DESCRIBED.match(older.text)
    return "refined" if named and newer.newer_than(older) else how


def _one_each(best: Statement, told: Sequence[Statement]) -> list[Statement]:
    """The statement of each other dispatch that answers best."""
    found: dict[str, Statement] = {}
    for other in sorted(told, key=lambda s: _fit(best, s), reverse=True):
        fits = not other.withdrawn and _comparable(other, best)
        if fits and _on_the_same(other, best, _relation(other, best)):
            found.setdefault(other.hit.dispatch.id, other)
    return list(found.values())


def _replaces(other: Statement, current: Statement) -> bool:
    """Whether another statement is the answer: one that differs, of a dispatch surely newer."""
    how = _relation(other, current)
    return how != "same" and other.newer_than(current) and _on_the_same(other, current, how)


def _fit(answer: Statement, other: Statement) -> tuple[float, int]:
    """Of the statements of one dispatch the most alike counts, then the most explicit.

    Agreement counts a little too, but in a sentence that corrects: there the old value stands beside the new.
    The day of a report counts against a time that lies ahead.
    """
    agrees = agree(answer.claim, other.claim) or agree(other.claim, answer.claim)
    fits = not agrees if corrects(other.sentence) and other.known > answer.known else bool(agrees)
    reported = answer.ahead and other.near and not other.ahead
    fit = other.likeness + (_AGREES if fits else 0.0) - (_REPORTED if reported else 0.0)
    return fit, other.end - other.start


def _towards(current: Statement, other: Statement) -> Relation:
    """What the current statement does to another; only what is older is refined or superseded."""
    how = _relation(current, other)
    if other.newer_than(current):
        return {"refined": "same", "superseded": "contradicted"}.get(how, how)  # type: ignore[return-value]
    return how


def agreeing(one: Statement, other: Statement) -> bool:
    """Whether both may be the answer: one says the same as the other, or the same less exactly."""
    both = agree(one.claim, other.claim) or agree(other.claim, one.claim)
    return both is not None and _comparable(one, other)


def _comparable(one: Statement, other: Statement) -> bool:
    """Whether both are of one kind: two times, two counts of the same, or words that agree."""
    times, counts = (one.claim.time, other.claim.time), (one.claim.quantity, other.claim.quantity)
    if times[0] is not None and times[1] is not None:
        # "depuis 1991" and "en 2003" answer two questions.
        return (times[0].end is None) == (times[1].end is None)
    if times != (None, None):
        return False
    if counts[0] is not None and counts[1] is not None:
        if _of_the_clock(one, other) and not _of_one_day(one, other):
            return False
        asked = min(one.margin, other.margin) >= _READ and may_count_the_same(counts[0], counts[1])
        return asked or same_things(counts[0], counts[1])
    if one.place and other.place:
        return one.days_from(other) <= _ONE_EVENT_DAYS and not (one.names(other) or other.names(one))
    # Other words may answer another question: only those that agree are known to answer the same.
    known = agree(one.claim, other.claim) is not None or "refined" in (
        _relation(one, other),
        _relation(other, one),
    )
    return counts == (None, None) and known


def _on_the_same(one: Statement, other: Statement, how: Relation) -> bool:
    """Whether two statements are on one matter.

    Times that differ must stand to their dispatch's publication alike: "reporté, a-t-on appris lundi" does
    not set a date in May aside for a Monday, nor does this year's edition last year's.
    """
    likeness = min(one.likeness, other.likeness)
    if likeness < ALIKE[how]:
        return False
    if how in ("contradicted", "superseded") and _of_the_clock(one, other):
        # A fire that broke out at three was out at five: only the reader knows which is asked for.
        return min(one.margin, other.margin) >= _READ
    if how == "same" and one.claim.time and _vaguer_later(one, other):
        return likeness >= ALIKE["contradicted"]  # "d'ici l'automne" holds many days
    if how in ("same", "refined") or one.claim.time is None:
        return True
    if how == "contradicted" and (one.vague or other.vague):
        return False  # what comes later than "bientôt" let expect is late, not another thing
    if how == "contradicted" and not one.ahead:
        return False  # two days in the past are two events sooner than one day corrected
    return one.ahead == other.ahead and one.near == other.near


def _of_one_day(one: Statement, other: Statement) -> bool:
    """Whether two hours are of one day: the one told with both, else that of publication."""
    if one.time and other.time:
        return one.time.value == other.time.value
    return one.days_from(other) <= _ONE_DAY


def _of_the_clock(*both: Statement) -> bool:
    return any(s.claim.quantity is not None and s.claim.quantity.unit == OF_THE_CLOCK for s in both)


def _vaguer_later(one: Statement, other: Statement) -> bool:
    """Whether the newer of two times that agree is the less exact."""
    if _equal(one, other):
        return False
    vague, exact = (one, other) if agree(one.claim, other.claim) == "same" else (other, one)
    return vague.newer_than(exact)
