"""One frozen Settings, validated once; everything that can be set stands here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from embeddings.onnx_embedder import DEFAULT_MODEL
from qa.errors import IndexProblem, UserError

INDEX_VARIABLE = "QA_INDEX"
MAX_QUESTION_CHARACTERS = 2_000
MAX_TOP_K = 100
DEFAULT_TOP_K = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the index and the models lie, how many passages are read, when an answer is withheld.

    ``threshold`` None means the calibrator's own; it is a probability.
    """

    index: Path
    model: Path = DEFAULT_MODEL
    top_k: int = DEFAULT_TOP_K
    threshold: float | None = None

    def __post_init__(self) -> None:
        check_range("--top-k", self.top_k, 1, MAX_TOP_K)
        if self.threshold is not None:
            check_range("--threshold", self.threshold, 0.0, 1.0)
        if self.index.exists() and not self.index.is_dir():
            raise IndexProblem("index_path", folder=self.index)

    @classmethod
    def load(
        cls, index: Path | None = None, *, top_k: int | None = None, threshold: float | None = None
    ) -> Settings:
        """Settings from what was asked for, else from the environment, else the defaults."""
        return cls(
            index=index if index is not None else default_index(),
            top_k=DEFAULT_TOP_K if top_k is None else top_k,
            threshold=threshold,
        )


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise UserError unless ``low <= value <= high``."""
    if not low <= value <= high:
        raise UserError("option_range", name=name, value=value, low=low, high=high)


def default_index() -> Path:
    """``$QA_INDEX``, else a folder in the user's data directory."""
    named = os.environ.get(INDEX_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("depeches-qa", appauthor=False) / "index"
