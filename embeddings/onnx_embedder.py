"""The default Embedder: onnxruntime and tokenizers, no torch.

Reads a model folder as ``embeddings.building`` writes it: ``model.onnx``, ``words.bin``,
``tokenizer.json``, ``spec.json`` and ``background.npy``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.embedder import batches_by_length, no_vectors
from embeddings.errors import ModelUnavailable
from embeddings.types import EmbeddingSpec, Vectors

DEFAULT_MODEL = Path(__file__).parent / "models" / "e5-small-press"
GRAPH = "model.onnx"
BACKGROUND = "background.npy"
MAX_TOKENS = 512
PAD = 1
# So many texts, the sentences of a question, are embedded one a run: padded to the longest they cost more.
_FEW = 16


class Graph:
    """An ONNX file run on the CPU, a core a run; opened when first run.

    Threads that share a run wait for each other at every operator: five passages read on two cores took 62 ms
    so, and 57 one a core, of 122 and 105 ms of CPU.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """The graph, opened. Raises ModelUnavailable naming the file."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        # The graph is written fused already; ENABLE_ALL is no faster.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        try:
            return onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises types of its own for each kind of damage
            reason = "no such file" if not self._path.exists() else str(error).splitlines()[0]
            raise ModelUnavailable(f"{self._path}: {reason}") from error

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_cores(), self._path.stem)

    def run_each(self, batches: Sequence[Sequence[Sequence[int]]], outputs: Sequence[str]) -> list[list[Any]]:
        """For each batch of rows of token ids the arrays of the outputs named, each (rows, ...).

        In the order given; the largest are run first. Raises ModelUnavailable when it cannot be opened.
        """
        session = self.session  # opened once, and not by each worker

        def run(i: int) -> list[Any]:
            ids, mask = pad(batches[i])
            return list(session.run(outputs, {"input_ids": ids, "attention_mask": mask}))

        if len(batches) < 2:
            return [run(i) for i in range(len(batches))]
        largest_first = sorted(range(len(batches)), key=lambda i: -_tokens(batches[i]))
        done = dict(zip(largest_first, self._workers.map(run, largest_first), strict=True))
        return [done[i] for i in range(len(batches))]


def _tokens(batch: Sequence[Sequence[int]]) -> int:
    return len(batch) * max(map(len, batch))


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_tokenizer(folder: Path) -> Tokenizer:
    """The folder's ``tokenizer.json``. Raises ModelUnavailable naming the file."""
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        reason = "no such file" if not path.exists() else str(error).splitlines()[0]
        raise ModelUnavailable(f"{path}: {reason}") from error


def pad(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids and mask, both (n, longest) int64, of rows of token ids."""
    ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for row, values in enumerate(rows):
        ids[row, : len(values)] = values
    lengths = np.array([len(r) for r in rows])
    return ids, (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.int64)


class OnnxEmbedder:
    """Embedder over an ONNX file whose inputs are ids and mask and whose output is ``embedding``."""

    def __init__(self, folder: Path = DEFAULT_MODEL) -> None:
        self._folder = folder
        self._graph = Graph(folder / GRAPH)
        self.spec = _read_spec(folder / "spec.json")

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, without truncation; shared with the reader."""
        return open_tokenizer(self._folder)

    @cached_property
    def background(self) -> Vectors:
        """The mean of many passages' vectors, made with the model."""
        return _read_background(self._folder / BACKGROUND, self.spec.dimension)

    def count_tokens(self, text: str) -> int:
        """Tokens of the text alone."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.spec.passage_prefix + t for t in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.spec.query_prefix + t for t in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return no_vectors(self.spec.dimension)
        rows = [_cut(e.ids) for e in self.tokenizer.encode_batch(list(texts))]
        out = np.empty((len(rows), self.spec.dimension), np.float32)
        few = len(rows) <= _FEW
        batches = [[i] for i in range(len(rows))] if few else list(batches_by_length([len(r) for r in rows]))
        found = self._graph.run_each([[rows[i] for i in batch] for batch in batches], ["embedding"])
        for batch, (vectors,) in zip(batches, found, strict=True):
            out[batch] = vectors
        return out


def _cut(ids: list[int]) -> list[int]:
    return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]


def _read_spec(path: Path) -> EmbeddingSpec:
    try:
        return EmbeddingSpec(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnavailable(f"{path}: {error}") from error


def _read_background(path: Path, dimension: int) -> Vectors:
    try:
        vector: Vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ModelUnavailable(f"{path}: {error}") from error
    if vector.shape != (dimension,) or vector.dtype != np.float32:
        raise ModelUnavailable(f"{path}: {vector.dtype} {vector.shape}, not float32 ({dimension},)")
    return vector
