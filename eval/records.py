"""What an evaluation keeps: a Record a question, and all of them in an Evaluation.

Frozen values; everything that a summary, a report or a plot says is computed from these alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eval.metrics.f1 import f1

Mode = Literal["ask", "retrieval", "reader"]

# A span that differs from the accepted one by an article or a title is right for a reader of the
# dispatch; half of the words in common is where that stops being so.
RIGHT_F1 = 0.5


@dataclass(frozen=True, slots=True)
class Record:
    """One question, what was expected and what came.

    ``answer`` None: withheld, or nothing was read (mode retrieval; then ``confidence``, ``em`` and ``f1``
    are None as well). ``best`` is the best span, shown or withheld, ``best_confidence`` the probability
    that it is right. ``confidence`` is the probability that the output, answer or withholding, is right.
    ``doc``, ``start``, ``end`` are the citation of the answer shown, offsets into the document's body (mode
    reader: into the context, ``doc`` None). ``ranks`` are those of the relevant passages, from 1; None when
    nothing was searched (mode reader) or the question has no answer. ``citation_right`` is None when there
    was no citation to judge. ``latency_ms`` is wall time around the call. ``passage`` is the text of the
    passage that ``best`` stands in, or of the nearest one when there is no ``best``. ``as_of`` is the date
    as of which it was asked; ``edtf_right`` and ``relation_right`` are None where the question has no such
    label.
    """

    id: str
    lang: str
    tags: tuple[str, ...]
    question: str
    answers: tuple[str, ...]
    latency_ms: float
    answer: str | None = None
    best: str | None = None
    best_confidence: float | None = None
    confidence: float | None = None
    doc: str | None = None
    start: int | None = None
    end: int | None = None
    ranks: tuple[int, ...] | None = None
    em: float | None = None
    f1: float | None = None
    citation_right: bool | None = None
    passage: str | None = None
    as_of: str | None = None
    edtf_right: bool | None = None
    relation_right: bool | None = None

    @property
    def answerable(self) -> bool:
        """Whether the question has an accepted answer."""
        return bool(self.answers)

    @property
    def right(self) -> bool | None:
        """Whether the output is right; None when nothing was read.

        An answer is with an F1 of at least ``RIGHT_F1``, withholding is where nothing answers.
        """
        return None if self.f1 is None else self.f1 >= RIGHT_F1

    @property
    def best_right(self) -> bool | None:
        """Whether ``best`` would be right if it were shown; None when nothing was read."""
        if self.f1 is None:
            return None
        return (
            self.answerable and self.best is not None and f1(self.best, self.answers, self.lang) >= RIGHT_F1
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The records of one run, in the order of the questions, and the mode that made them."""

    mode: Mode
    records: tuple[Record, ...]
