"""Which of the answers that dispatches gave over time is the current one, and what it did to the others.

The best answer stands unless a newer dispatch says something else of the same kind in a sentence much like
its own: the same more exactly, a correction, or another value. The newest such statement is the answer
then, and what the others say is its history. How alike is enough was chosen on the dev half of
``eval/questions/time.jsonl``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.temporal.relations import agree, relation
from qa.temporal.statements import Likeness, Statement, elsewhere, same_things
from qa.types import Hit, Relation

# Likeness from which a statement is one on the same matter; the further it departs, the more alike it
# must be.
ALIKE: dict[Relation, float] = {"same": 0.2, "refined": 0.25, "superseded": 0.35, "contradicted": 0.4}
_AGREES = 0.15


@dataclass(frozen=True, slots=True)
class Settled:
    """The current answer and, newest first, what others said; each with what the current one does to it."""

    current: Statement
    others: tuple[tuple[Statement, Relation], ...]


def settle(question: str, best: Statement, hits: Sequence[Hit], likeness: Likeness) -> Settled:
    """The current answer, given the best one, and its history among passages of other dispatches."""
    told = _one_each(best, elsewhere(question, best, hits, likeness))
    oldest_first = sorted((best, *told), key=lambda s: s.known)
    current = oldest_first[0]
    for newer in oldest_first[1:]:
        if _replaces(newer, current):
            current = newer
    # What is older may still say the same as the newest, more exactly.
    for older in oldest_first:
        if relation(older.claim, current.claim) == "refined" and _on_the_same(older, current, "refined"):
            current = older
    if agree(best.claim, current.claim) == agree(current.claim, best.claim) == "same":
        current = best  # what the reader chose, where another says no more and no less
    history = ((s, _towards(current, s)) for s in reversed(oldest_first) if s is not current)
    return Settled(current, tuple((s, how) for s, how in history if _on_the_same(s, current, how)))


def _one_each(best: Statement, told: Sequence[Statement]) -> list[Statement]:
    """The statement of each other dispatch that answers best."""
    found: dict[str, Statement] = {}
    for other in sorted(told, key=lambda s: _fit(best, s), reverse=True):
        fits = not other.withdrawn and _comparable(other, best)
        if fits and _on_the_same(other, best, relation(other.claim, best.claim)):
            found.setdefault(other.hit.dispatch.id, other)
    return list(found.values())


def _replaces(other: Statement, current: Statement) -> bool:
    """Whether another statement is the answer: one that differs, of a dispatch surely newer."""
    how = relation(other.claim, current.claim)
    return how != "same" and other.newer_than(current) and _on_the_same(other, current, how)


def _fit(answer: Statement, other: Statement) -> tuple[float, int]:
    """Of the statements of one dispatch the most alike counts, then the most explicit.

    Agreement counts a little too, but where a correction is told: there the old value stands beside the new.
    """
    agrees = agree(answer.claim, other.claim) or agree(other.claim, answer.claim)
    fits = not agrees if other.claim.corrects and other.known > answer.known else bool(agrees)
    return other.likeness + (_AGREES if fits else 0.0), other.end - other.start


def _towards(current: Statement, other: Statement) -> Relation:
    """What the current statement does to another; only what is older is refined or superseded."""
    how = relation(current.claim, other.claim)
    if other.newer_than(current):
        return {"refined": "same", "superseded": "contradicted"}.get(how, how)  # type: ignore[return-value]
    return how


def _comparable(one: Statement, other: Statement) -> bool:
    """Whether both are of one kind: two times, two counts of the same, or words that agree."""
    times, counts = (one.claim.time, other.claim.time), (one.claim.quantity, other.claim.quantity)
    if times[0] is not None and times[1] is not None:
        # "depuis 1991" and "en 2003" answer two questions.
        return (times[0].end is None) == (times[1].end is None)
    if times != (None, None):
        return False
    if counts[0] is not None and counts[1] is not None:
        return same_things(counts[0], counts[1])
    # Other words may answer another question: only those that agree are known to answer the same.
    return counts == (None, None) and agree(one.claim, other.claim) is not None


def _on_the_same(one: Statement, other: Statement, how: Relation) -> bool:
    """Whether two statements are on one matter.

    Times that differ must stand to their dispatch's publication alike: "reporté, a-t-on appris lundi" does
    not set a date in May aside for a Monday, nor does this year's edition last year's.
    """
    if min(one.likeness, other.likeness) < ALIKE[how]:
        return False
    if how in ("same", "refined") or one.claim.time is None:
        return True
    if how == "contradicted" and not one.ahead:
        return False  # two days in the past are two events sooner than one day corrected
    return one.ahead == other.ahead and one.near == other.near
