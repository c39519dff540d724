"""Settings to a working Pipeline or Indexer: the only place that wires rooms together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from embeddings.errors import EmbeddingError
from embeddings.onnx_embedder import OnnxEmbedder
from qa.confidence import FILE as CALIBRATION
from qa.confidence import Calibration, logistic
from qa.errors import ModelProblem
from qa.indexing import Indexer
from qa.onnx_reader import open_onnx_reader
from qa.pipeline import Pipeline, check_question
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Passage

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""The dispatches that ship with the project."""


@dataclass(frozen=True, slots=True)
class ReaderOutcome:
    """What the reader alone says of one context: a span, or None for "no answer" (null rule).

    ``start`` and ``end`` are offsets into the context; ``confidence`` is the share of the span in a
    softmax over span and null score, not calibrated.
    """

    text: str | None
    confidence: float
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class ReaderOnly:
    """The reader without retrieval, for ``qa eval --mode reader``."""

    reader: Reader
    null_margin: float = 0.0

    def answer(self, question: str, context: str) -> ReaderOutcome:
        """The best span if its margin is above ``null_margin``. Raises BadQuestion."""
        check_question(question)
        spans = self.reader.read(question, [Passage("context", "context", 0, 0, len(context), context)])
        if not spans:
            return ReaderOutcome(None, 1.0, None, None)
        best = max(spans, key=lambda s: s.margin)
        share = logistic(best.margin - self.null_margin)
        if best.margin <= self.null_margin:
            return ReaderOutcome(None, 1 - share, None, None)
        return ReaderOutcome(context[best.start : best.end], share, best.start, best.end)


@lru_cache(maxsize=4)
def _embedder(model: Path) -> OnnxEmbedder:
    try:
        return OnnxEmbedder(model)
    except EmbeddingError as error:
        raise ModelProblem("model", detail=error) from error


def open_pipeline(settings: Settings) -> Pipeline:
    """Wire encoder, reader and index. Raises IndexProblem (NoIndex when there is none), ModelProblem."""
    embedder = _embedder(settings.model)
    reader = open_onnx_reader(settings.model, embedder.tokenizer)
    return Pipeline(settings, embedder, reader, Calibration.load(settings.model / CALIBRATION))


def open_indexer(settings: Settings) -> Indexer:
    """Wire the encoder to the index folder. Raises ModelProblem."""
    return Indexer(settings.index, _embedder(settings.model), (SEEDS,))


def open_reader_pipeline(settings: Settings) -> ReaderOnly:
    """The reader alone, with the null rule that was chosen for it. Raises ModelProblem."""
    reader = open_onnx_reader(settings.model, _embedder(settings.model).tokenizer)
    return ReaderOnly(reader, Calibration.load(settings.model / CALIBRATION).null_margin)
