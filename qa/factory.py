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

    def answer(self, question: str, context: str) -> ReaderOutcome:
        """The best span if its margin is above 0. Raises BadQuestion."""
        check_question(question)
        spans = self.reader.read(question, [Passage("context", "context", 0, 0, len(context), context)])
        if not spans:
            return ReaderOutcome(None, 1.0, None, None)
        best = max(spans, key=lambda s: s.margin)
        share = logistic(best.margin)
        if best.margin <= 0:
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
    """The reader alone. Raises ModelProblem."""
    return ReaderOnly(open_onnx_reader(settings.model, _embedder(settings.model).tokenizer))
