"""Retrieval steered by the period that a question names, without shutting anything out.

A passage that speaks of the period, or stands in a dispatch published in it, comes before one as near to the
question that does neither; a much nearer one still comes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.temporal.expressions import find
from qa.temporal.publication import completed
from qa.temporal.values import Interval
from qa.types import Hit

_BONUS = 0.1  # of a fused score between 0 and 1


def steer(hits: Sequence[Hit], concerned: frozenset[str], k: int) -> tuple[Hit, ...]:
    """The ``k`` best of hits, best first, once those concerned have their bonus; scores stay theirs."""
    ranked = sorted(hits, key=lambda h: -(h.score + _BONUS * (h.passage.id in concerned)))
    return tuple(ranked[:k])


def concerned_with(interval: Interval, hits: Sequence[Hit]) -> frozenset[str]:
    """The ids of the passages that speak of the period, or whose dispatch was published in it."""
    return frozenset(h.passage.id for h in hits if _concerns(h, interval))


def _concerns(hit: Hit, interval: Interval) -> bool:
    dispatch = hit.dispatch
    published = dispatch.published
    if published is not None and interval.overlaps(Interval(published, published)):
        return True
    found = find(hit.passage.text, published, day=completed(published, dispatch.body))
    # "depuis 1991" touches every period after it, and says nothing of most.
    return any(
        e.value is not None and e.value.start and e.value.end and interval.overlaps(e.value) for e in found
    )
