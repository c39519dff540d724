"""FAISS behind the VectorStore seam: a growing store in memory, and sealed ones in a file.

A sealed store is written once and then only searched. Up to ``FLAT_LIMIT`` vectors it is flat (exact,
float32). Beyond, it is an inverted file (Jégou, Douze & Schmid 2011) over 8-bit scalar-quantised vectors,
read by memory mapping: a million vectors take 0.4 GB on disk and next to nothing at opening. Its scores
are approximate, which ``exact`` says, so that its caller may compute those of the best again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import StoreDamaged
from embeddings.types import ScoredId, Vectors

FLAT_LIMIT = 50_000
_SAMPLE_A_LIST = 50
_PROBED = 384

Batches = Callable[[], Iterator[tuple[Sequence[int], Vectors]]]


class FaissStore:
    """Inner product over unit vectors, so the score is the cosine; exact, in memory."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._held: set[int] = set()

    def __len__(self) -> int:
        return len(self._held)

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        if len(ids) != len(vectors):
            raise ValueError(f"ids and vectors differ in number: {len(ids)} != {len(vectors)}")
        if len(ids) and vectors.shape[1] != self.dimension:
            raise ValueError(f"vectors have dimension {vectors.shape[1]}, the store {self.dimension}")
        rows = {name: row for row, name in enumerate(ids)}
        self.delete(list(rows))
        if rows:
            kept = np.ascontiguousarray(vectors[list(rows.values())], dtype=np.float32)
            self._index.add_with_ids(kept, np.array(list(rows), dtype=np.int64))
            self._held |= set(rows)

    def delete(self, ids: Sequence[int]) -> None:
        held = self._held.intersection(ids)
        if held:
            self._index.remove_ids(np.array(sorted(held), dtype=np.int64))  # type: ignore[arg-type]  # stub lags
            self._held -= held

    def search(self, queries: Vectors, k: int, among: Sequence[int] | None = None) -> list[list[ScoredId]]:
        return _search(self._index, queries, min(k, len(self)), among)


class SealedStore:
    """A store that was written by ``seal`` and is only searched; from several threads at once."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self._lists = getattr(index, "nlist", 0)

    @classmethod
    def from_bytes(cls, data: bytes) -> SealedStore:
        """A store in memory. Raises StoreDamaged."""
        try:
            return cls(faiss.deserialize_index(np.frombuffer(data, np.uint8)))
        except (RuntimeError, ValueError, IndexError) as error:
            raise StoreDamaged(f"not a vector store, or cut short: {len(data)} bytes") from error

    @classmethod
    def mapped(cls, path: Path) -> SealedStore:
        """A store whose vectors stay on disk until they are looked at. Raises StoreDamaged."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP))
        except RuntimeError as error:
            raise StoreDamaged(f"not a vector store: {path.name}") from error

    @property
    def exact(self) -> bool:
        """Whether scores are cosines, or near them only."""
        return not self._lists

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Vectors, k: int, among: Sequence[int] | None = None) -> list[list[ScoredId]]:
        """As ``VectorStore.search``. Of a large store at most the ids in the lists that are looked into."""
        return _search(self._index, queries, min(k, len(self)), among, self._probed(k, among))

    def _probed(self, k: int, among: Sequence[int] | None) -> int:
        """How many lists to look into: all when the ids are given, more when more are asked for."""
        if among is not None:
            return self._lists
        wide = math.ceil(2 * k * self._lists / (len(self) + 1))
        return min(self._lists, max(_PROBED, wide))


def seal(batches: Batches, count: int, dimension: int, *, at_once: bool = False) -> NDArray[np.uint8]:
    """The bytes of a sealed store over ``count`` ids and vectors, given in batches, perhaps twice.

    ``at_once``: without training, which takes minutes for a million; a search then looks at every vector.
    """
    if count <= FLAT_LIMIT:
        index: faiss.Index = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
    elif at_once:
        halves = (faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index = faiss.IndexIDMap(faiss.IndexScalarQuantizer(dimension, *halves))
    else:
        index = _trained(batches, count, dimension)
    for ids, vectors in batches():
        index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(ids, np.int64))
    return np.asarray(faiss.serialize_index(index))


def _trained(batches: Batches, count: int, dimension: int) -> faiss.IndexIVFScalarQuantizer:
    """An empty inverted file whose lists and scales are learned from an even sample."""
    lists = int(4 * math.sqrt(count))
    step = max(1, count // (lists * _SAMPLE_A_LIST))
    sample = np.concatenate([vectors[::step] for _, vectors in batches()])
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        False,
    )
    index.cp.niter = 8
    index.cp.spherical = True
    index.cp.min_points_per_centroid = 1
    index.train(np.ascontiguousarray(sample))
    return index


def _search(
    index: faiss.Index, queries: Vectors, k: int, among: Sequence[int] | None, probed: int = 0
) -> list[list[ScoredId]]:
    if k <= 0 or len(queries) == 0:
        return [[] for _ in queries]
    chosen = {} if among is None else {"sel": faiss.IDSelectorBatch(np.asarray(among, np.int64))}
    parameters: Any = None
    if probed:
        parameters = faiss.SearchParametersIVF(nprobe=probed, **chosen)  # type: ignore[call-arg]  # stub lags
    elif chosen:
        parameters = faiss.SearchParameters(**chosen)
    scores, found = index.search(np.ascontiguousarray(queries, np.float32), k, params=parameters)
    return [
        [ScoredId(int(n), float(s)) for n, s in zip(row, values, strict=True) if n >= 0]
        for row, values in zip(found, scores, strict=True)
    ]
