"""The VectorStore seam and its one score convention: cosine, higher is better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from embeddings.types import ScoredId, Vectors


class VectorStore(Protocol):
    """Unit vectors by integer id, which the caller chooses (0 or more).

    ``upsert`` adds or replaces; a repeated id within one call keeps its last vector. ``delete`` ignores
    unknown ids. ``search`` returns for each query row at most ``k`` ids, best first, out of ``among``
    when that is given; an empty store, or ``k`` of 0, gives empty lists. ``len`` counts ids.
    Raises ValueError when ids and vectors differ in number, or vectors in dimension.
    """

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None: ...

    def delete(self, ids: Sequence[int]) -> None: ...

    def search(
        self, queries: Vectors, k: int, among: Sequence[int] | None = None
    ) -> list[list[ScoredId]]: ...

    def __len__(self) -> int: ...
