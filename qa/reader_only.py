"""The reader given one context, without retrieval: what ``qa eval --mode reader`` measures.

The same choice as in the pipeline, by the same joint score: of the spans that the model likes best,
the one whose sentence is nearest to the question.
"""

from __future__ import annotations

from dataclasses import dataclass

from embeddings.embedder import Embedder
from qa.candidates import Scored, gather, rank
from qa.confidence import Calibration, logistic
from qa.fitting import fitting
from qa.pipeline import check_question
from qa.reader import Reader
from qa.similarity import SentenceVectors
from qa.types import Dispatch, Hit, Passage


@dataclass(frozen=True, slots=True)
class ReaderOutcome:
    """What the reader says of one context: a span, or None for "no answer" (null rule).

    ``start`` and ``end`` are offsets into the context; ``confidence`` is a logistic function of the joint
    score's distance from the null rule's bound, not calibrated.
    """

    text: str | None
    confidence: float
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class ReaderOnly:
    """A reader, an encoder for the sentences around its spans, and the weights of both."""

    reader: Reader
    embedder: Embedder
    calibration: Calibration

    def best(self, question: str, context: str) -> Scored | None:
        """The best span by joint score; None when there is nothing to read. Raises BadQuestion."""
        check_question(question)
        passage = Passage("context", "context", 0, 0, len(context), context)
        dispatch = Dispatch("context", "", "", "", None, context)
        hit = Hit(passage, dispatch, score=0.0, cosine=0.0, dense_rank=None, lexical_rank=None)
        spans = fitting(question, [hit], self.reader.read(question, [passage]))
        if not spans:
            return None
        query = self.embedder.embed_queries([question])
        floor = float(query[0] @ self.embedder.background)
        sentences = SentenceVectors(self.embedder)
        gathered = gather([hit], spans, lambda texts: sentences.cosines(query, texts), floor)
        return rank(gathered, self.calibration.for_question(query))[0].best

    def answer(self, question: str, context: str) -> ReaderOutcome:
        """The best span if its joint score is above ``calibration.null_joint``. Raises BadQuestion."""
        best = self.best(question, context)
        if best is None:
            return ReaderOutcome(None, 1.0, None, None)
        share = logistic(best.joint - self.calibration.null_joint)
        if best.joint <= self.calibration.null_joint:
            return ReaderOutcome(None, 1 - share, None, None)
        return ReaderOutcome(best.text, share, best.span.start, best.span.end)
