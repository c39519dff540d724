"""What a conversation is to the rules, and what they make of a question."""

from __future__ import annotations

from dataclasses import dataclass

from qa.types import Answer, Reply

# Enough of a dispatch to see what it speaks of; the rules stay fast on a long one.
_TEXT_READ = 6_000


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question as it was understood, the answer it got (None: it was withheld), and the beginning of the
    dispatch that it came from, or the passages that came nearest.
    """

    question: str
    answer: str | None = None
    text: str = ""

    @classmethod
    def of(cls, reply: Reply) -> Earlier:
        """What was asked and found. A lead that was too unsure to be an answer is carried into no question."""
        if not isinstance(reply.result, Answer):
            read = "\n".join(hit.passage.text for hit in reply.hits)
            return cls(reply.question, None, read[:_TEXT_READ])
        cited = reply.result.citation.dispatch_id
        bodies = (hit.dispatch.body for hit in reply.hits if hit.dispatch.id == cited)
        return cls(reply.question, reply.result.text, next(bodies, "")[:_TEXT_READ])


@dataclass(frozen=True, slots=True)
class FollowUp:
    """``rewritten`` can be asked alone; ``carried``: the words of it that ``question`` did not have."""

    question: str
    rewritten: str
    carried: tuple[str, ...]
