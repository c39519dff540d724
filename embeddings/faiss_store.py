"""The default VectorStore: a flat (exact) FAISS index, with its ids, in one file."""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Sequence

import faiss
import numpy as np

from embeddings.errors import StoreDamaged
from embeddings.types import ScoredId, Vectors

_MAGIC = b"QAF1"
_HEADER = struct.Struct("<4sQQ")


class FaissStore:
    """Inner product over unit vectors, so the score is the cosine. Integer ids are its private affair."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        if len(ids) != len(vectors):
            raise ValueError(f"ids and vectors differ in number: {len(ids)} != {len(vectors)}")
        if len(ids) and vectors.shape[1] != self.dimension:
            raise ValueError(f"vectors have dimension {vectors.shape[1]}, the store {self.dimension}")
        rows = {name: row for row, name in enumerate(ids)}
        self.delete(list(rows))
        if not rows:
            return
        numbers = np.arange(self._next, self._next + len(rows), dtype=np.int64)
        self._next += len(rows)
        kept = np.ascontiguousarray(vectors[list(rows.values())], dtype=np.float32)
        self._index.add_with_ids(kept, numbers)
        self._register(list(rows), numbers.tolist())

    def delete(self, ids: Sequence[str]) -> None:
        numbers = [self._numbers.pop(name) for name in dict.fromkeys(ids) if name in self._numbers]
        for number in numbers:
            del self._names[number]
        if numbers:
            self._index.remove_ids(np.array(numbers, dtype=np.int64))  # type: ignore[arg-type]  # stub lags

    def search(self, queries: Vectors, k: int, among: Collection[str] | None = None) -> list[list[ScoredId]]:
        k = min(k, len(self))
        if k <= 0 or len(queries) == 0:
            return [[] for _ in queries]
        parameters = None
        if among is not None:
            numbers = np.array([self._numbers[n] for n in among if n in self._numbers], dtype=np.int64)
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(numbers))  # type: ignore[call-arg]
        scores, found = self._index.search(np.ascontiguousarray(queries, np.float32), k, params=parameters)
        return [
            [ScoredId(self._names[int(n)], float(s)) for n, s in zip(row, values, strict=True) if n >= 0]
            for row, values in zip(found, scores, strict=True)
        ]

    def to_bytes(self) -> bytes:
        """The whole store as one byte string: header, ids in FAISS' order, FAISS' own format."""
        order = faiss.vector_to_array(self._index.id_map).tolist()
        names = json.dumps([self._names[n] for n in order]).encode("utf-8")
        body = faiss.serialize_index(self._index.index).tobytes()
        return _HEADER.pack(_MAGIC, len(names), len(body)) + names + body

    @classmethod
    def from_bytes(cls, data: bytes) -> FaissStore:
        """The inverse of ``to_bytes``. Raises StoreDamaged."""
        if len(data) < _HEADER.size:
            raise StoreDamaged(f"{len(data)} bytes are no vector store")
        magic, names_size, body_size = _HEADER.unpack_from(data)
        if magic != _MAGIC or len(data) != _HEADER.size + names_size + body_size:
            raise StoreDamaged(f"not a vector store, or cut short: {len(data)} bytes")
        names: list[str] = json.loads(data[_HEADER.size : _HEADER.size + names_size])
        flat = faiss.deserialize_index(np.frombuffer(data, np.uint8, offset=_HEADER.size + names_size))
        store = cls(flat.d)
        if flat.ntotal != len(names):
            raise StoreDamaged(f"{flat.ntotal} vectors but {len(names)} ids")
        if names:
            numbers = np.arange(len(names), dtype=np.int64)
            store._index.add_with_ids(flat.reconstruct_n(0, len(names)), numbers)
            store._register(names, numbers.tolist())
            store._next = len(names)
        return store

    def _register(self, names: Sequence[str], numbers: Sequence[int]) -> None:
        self._numbers.update(zip(names, numbers, strict=True))
        self._names.update(zip(numbers, names, strict=True))
