"""Whether a span answers, asked of a second model that has the span before its eyes.

A reader compares the tokens of a passage and takes the one most like an answer; whether anything answers is
another question. So the best candidate is read a second time, as a claim (Hu et al. 2019, "Read + Verify:
Machine reading comprehension with unanswerable questions"): the question, the answer, and its grounds, which
are its sentence and the one before under the dispatch's title. What stands for "no answer" when a passage is
read, the logits of the first token, stands here for "this is none".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tokenizers import Tokenizer

from qa.candidates import Group
from qa.context import heading
from qa.reader import SpanModel
from qa.similarity import sentence_around
from qa.types import Hit, Span
from qa.windows import assemble_claim, tokenize


class Verifier(Protocol):
    """Log odds, by its own lights, that a hit's span answers the question: above 0 it rather does.

    Not calibrated. Safe to call from several threads. Raises ModelUnavailable when it cannot be opened.
    """

    def upheld(self, question: str, hit: Hit, span: Span) -> float: ...


@dataclass(frozen=True, slots=True)
class SpanVerifier:
    """Verifier over a SpanModel that was trained to be one (``qa.training.claims``)."""

    tokenizer: Tokenizer
    model: SpanModel

    def upheld(self, question: str, hit: Hit, span: Span) -> float:
        answer = hit.passage.text[span.start : span.end]
        claim = assemble_claim(*tokenize(self.tokenizer, [question, answer, grounds(hit, span)]))
        ((start, end),) = self.model.logits([claim])
        return -(float(start[0]) + float(end[0])) / 2


def verified(
    question: str, groups: Sequence[Group], verifier: Verifier, before: Sequence[Group] = ()
) -> list[Group]:
    """Ranked groups, the first with what the verifier says of its best place.

    Of two it would choose hardly better than their joint scores do, and only the first is ever shown as the
    answer. ``before``: groups of the same question that were verified already; no place is asked about twice.
    """
    if not groups:
        return []
    first, *others = groups
    if before and before[0].best.span == first.best.span:
        return [first.upheld(before[0].best.evidence.upheld), *others]
    return [first.upheld(verifier.upheld(question, first.best.hit, first.best.span)), *others]


def grounds(hit: Hit, span: Span) -> str:
    """The span's sentences and the one before them, under the title."""
    said = sentence_around(hit.passage.text, span.start, span.end, before=1)
    return heading(hit.dispatch.title, hit.passage) + said
