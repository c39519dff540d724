"""Whether a question is asked in another language than the dispatches', told from its vector.

Languages are linearly separable in the vectors of multilingual encoders, even ones that nobody labelled
(Libovický, Rosa & Fraser 2020, "On the Language Neutrality of Pre-trained Multilingual Representations"): a
logistic regression on the questions of the training data, French against seven others, tells Chinese and
Arabic ones too, costs a dot product, and needs no word list.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.types import Vectors
from qa.errors import ModelProblem

FILE = "language.npy"


@dataclass(frozen=True, slots=True, eq=False)
class LanguageProbe:
    """``weights``: (dimension + 1,) float32, the last one the bias."""

    weights: Vectors

    def log_odds(self, query: Vectors) -> float:
        """The log-odds that a question, by its vector (1, dimension), is not in French."""
        return float(query[0] @ self.weights[:-1] + self.weights[-1])

    def save(self, path: Path) -> None:
        """Write as a NumPy file."""
        np.save(path, self.weights)

    @classmethod
    def load(cls, path: Path) -> LanguageProbe:
        """Read what ``save`` wrote. Raises ModelProblem."""
        try:
            weights: Vectors = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise ModelProblem("model", detail=f"{path}: {error}") from error
        if weights.ndim != 1 or weights.dtype != np.float32:
            found = f"{path}: {weights.dtype} {weights.shape}, not float32 (dimension + 1,)"
            raise ModelProblem("model", detail=found)
        return cls(weights)
