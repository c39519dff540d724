"""Settings to a working Pipeline or Indexer: the only place that wires rooms together."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from embeddings.errors import EmbeddingError
from embeddings.onnx_embedder import OnnxEmbedder
from qa.confidence import FILE as CALIBRATION
from qa.confidence import Calibration
from qa.errors import ModelProblem
from qa.indexing import Indexer
from qa.onnx_reader import open_onnx_reader
from qa.pipeline import Pipeline
from qa.reader_only import ReaderOnly
from qa.settings import Settings

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""The dispatches that ship with the project."""


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
    embedder = _embedder(settings.model)
    reader = open_onnx_reader(settings.model, embedder.tokenizer)
    return ReaderOnly(reader, embedder, Calibration.load(settings.model / CALIBRATION))
