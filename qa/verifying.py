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

from qa.blocks import sentence_ends
from qa.candidates import Group
from qa.context import heading
from qa.reader import SpanModel
from qa.types import Hit, Span
from qa.windows import assemble_claim, tokenize


class Verifier(Protocol):
    """Log odds, by its own lights, that each span answers the question: above 0 it rather does.

    Not calibrated. Safe to call from several threads.
    """

    def upheld(self, question: str, claims: Sequence[tuple[Hit, Span]]) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class SpanVerifier:
    """Verifier over a SpanModel that was trained to be one (``qa.training.claims``)."""

    tokenizer: Tokenizer
    model: SpanModel

    def upheld(self, question: str, claims: Sequence[tuple[Hit, Span]]) -> list[float]:
        if not claims:
            return []
        answers = [hit.passage.text[span.start : span.end] for hit, span in claims]
        asked, *texts = tokenize(self.tokenizer, [question, *answers, *(grounds(h, s) for h, s in claims)])
        pairs = zip(texts[: len(claims)], texts[len(claims) :], strict=True)
        logits = self.model.logits([assemble_claim(asked, answer, text) for answer, text in pairs])
        return [-(float(start[0]) + float(end[0])) / 2 for start, end in logits]


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
    said = [g.best.evidence.upheld for g in before[:1] if g.best.span == first.best.span]
    said = said or verifier.upheld(question, [(first.best.hit, first.best.span)])
    return [first.upheld(*said), *others]


def grounds(hit: Hit, span: Span) -> str:
    """The span's sentences and the one before them, under the title."""
    return heading(hit.dispatch.title, hit.passage) + sentences_until(hit.passage.text, span.start, span.end)


def sentences_until(text: str, start: int, end: int) -> str:
    """The sentences that hold the characters [start, end), and the one before."""
    bounds = sorted({0, *sentence_ends(text), len(text)})
    first = max(i for i, at in enumerate(bounds) if at <= start)
    return text[bounds[max(0, first - 1)] : next(at for at in bounds if at >= end)].strip()
