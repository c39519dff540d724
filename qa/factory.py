"""Settings to a working Pipeline or Indexer: the only place that wires rooms together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from embeddings.embedder import Embedder
from embeddings.errors import EmbeddingError, ModelNotFetched
from embeddings.onnx_embedder import GRAPH, OnnxEmbedder
from qa.confidence import FILE as CALIBRATION
from qa.confidence import Calibration
from qa.errors import ModelProblem
from qa.indexing import Indexer
from qa.onnx_reader import FILE as READER
from qa.onnx_reader import open_onnx_reader, open_onnx_verifier
from qa.pipeline import Pipeline
from qa.reader import Reader
from qa.reader_only import ReaderOnly
from qa.settings import Settings
from qa.verifying import Verifier

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""The dispatches that ship with the project."""


@lru_cache(maxsize=4)
def _embedder(model: Path) -> OnnxEmbedder:
    with _explained():
        return OnnxEmbedder(model)


@lru_cache(maxsize=4)
def _named_embedder(name: str) -> Embedder:
    """A folder laid out like the shipped one, else any sentence-transformers model."""
    with _explained():
        if (Path(name) / GRAPH).is_file():
            return OnnxEmbedder(Path(name))
        from embeddings.hub_embedder import HubEmbedder

        return HubEmbedder(name)


@lru_cache(maxsize=4)
def _named_reader(name: str) -> Reader:
    """A folder laid out like the shipped one, else any question-answering model of transformers."""
    if (Path(name) / READER).is_file():
        with _explained():
            return open_onnx_reader(Path(name))
    from qa.hub_reader import HubReader

    with _explained():
        return HubReader(name)


def _encoder(settings: Settings) -> Embedder:
    return _embedder(settings.model) if settings.encoder is None else _named_embedder(settings.encoder)


def _reader(settings: Settings) -> Reader:
    if settings.reader is not None:
        return _named_reader(settings.reader)
    return open_onnx_reader(settings.model, _embedder(settings.model).tokenizer)


def _verifier(settings: Settings) -> Verifier:
    """The shipped one, whoever reads: the odds were learned with it."""
    return open_onnx_verifier(settings.model, _embedder(settings.model).tokenizer)


def _calibration(settings: Settings) -> Calibration:
    """The shipped one. The language probe knows the shipped encoder's vectors only."""
    calibration = Calibration.load(settings.model / CALIBRATION)
    return calibration if settings.encoder is None else replace(calibration, foreign=None)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ModelNotFetched as error:
        raise ModelProblem("model_not_fetched", name=error.name) from error
    except EmbeddingError as error:
        raise ModelProblem("model", detail=error) from error


def open_pipeline(settings: Settings) -> Pipeline:
    """Wire encoder, reader and index. Raises IndexProblem (NoIndex when there is none), ModelProblem."""
    return Pipeline(
        settings, _encoder(settings), _reader(settings), _calibration(settings), _verifier(settings)
    )


def open_indexer(settings: Settings) -> Indexer:
    """Wire the encoder to the index folder. Raises ModelProblem."""
    return Indexer(settings.index, _encoder(settings), (SEEDS,))


def open_reader_pipeline(settings: Settings) -> ReaderOnly:
    """The reader alone, with the null rule that was chosen for it. Raises ModelProblem."""
    return ReaderOnly(_reader(settings), _encoder(settings), _calibration(settings))
