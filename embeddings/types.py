"""The values of this room: vectors, scored ids and what identifies an encoder."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""(n, dimension) float32, rows of unit length."""


class ScoredId(NamedTuple):
    """An id and its cosine to the query; higher is better."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class EmbeddingSpec:
    """What must be equal for two vectors to be comparable; recorded with every index."""

    model: str
    revision: str
    dimension: int
    query_prefix: str = ""
    passage_prefix: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.model}@{self.revision} ({self.dimension})"
