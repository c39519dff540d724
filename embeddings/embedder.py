"""The Embedder seam, and batching by length that every adapter shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from embeddings.types import EmbeddingSpec, Vectors

TOKENS_A_BATCH = 2048
"""Padded tokens a batch: enough to fill two cores, few enough to stay in their caches."""


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product is their similarity.

    ``embed_passages`` and ``embed_queries`` return (n, ``spec.dimension``) float32 with unit rows in the
    order given; no texts give (0, dimension); an empty text gives a unit vector like any other. A text
    longer than the model's window is cut. The same text gives the same vector up to quantisation noise
    (cosine >= 0.99) whatever its neighbours. ``background`` (dimension,) is the mean vector of ordinary
    passages (``embeddings.background``). Safe to call from several threads.
    """

    @property
    def spec(self) -> EmbeddingSpec: ...

    @property
    def background(self) -> Vectors: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...

    def count_tokens(self, text: str) -> int: ...


def batches_by_length(lengths: Sequence[int], tokens: int = TOKENS_A_BATCH) -> Iterator[list[int]]:
    """Indexes grouped by like length so that each group, padded, has at most ``tokens`` tokens."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and lengths[i] * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def no_vectors(dimension: int) -> Vectors:
    """What no texts give: shape (0, dimension)."""
    return np.zeros((0, dimension), np.float32)
