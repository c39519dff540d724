"""One frozen Settings, validated once; everything that can be set stands here.

What an option does not say, the settings file may: TOML with the names of ``KEYS``, at ``$QA_SETTINGS`` or in
the user's configuration folder. The index may also be named by ``$QA_INDEX``, which the file does not undo.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.onnx_embedder import DEFAULT_MODEL
from qa.errors import BadSettings, IndexProblem, UserError
from qa.messages import os_reason, say

INDEX_VARIABLE = "QA_INDEX"
FILE_VARIABLE = "QA_SETTINGS"
FILE = "settings.toml"
KEYS: dict[str, tuple[type, ...]] = {
    "index": (str,),
    "encoder": (str,),
    "reader": (str,),
    "top_k": (int,),
    "threshold": (int, float),
}
_NAME = "depeches-qa"
MAX_QUESTION_CHARACTERS = 2_000
MAX_TOP_K = 100
DEFAULT_TOP_K = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the index and the models lie, how many passages are read, when an answer is withheld.

    ``threshold`` None means the calibrator's own; it is a probability. ``encoder`` and ``reader`` are Hugging
    Face names or folders; None means those in ``model``.
    """

    index: Path
    model: Path = DEFAULT_MODEL
    top_k: int = DEFAULT_TOP_K
    threshold: float | None = None
    encoder: str | None = None
    reader: str | None = None

    def __post_init__(self) -> None:
        check_range("--top-k", self.top_k, 1, MAX_TOP_K)
        if self.threshold is not None:
            check_range("--threshold", self.threshold, 0.0, 1.0)
        if self.index.exists() and not self.index.is_dir():
            raise IndexProblem("index_path", folder=self.index)

    @property
    def calibrated(self) -> bool:
        """Whether the probabilities were measured with these models: the shipped ones."""
        return self.encoder is None and self.reader is None

    @classmethod
    def load(
        cls,
        index: Path | None = None,
        *,
        top_k: int | None = None,
        threshold: float | None = None,
        encoder: str | None = None,
        reader: str | None = None,
    ) -> Settings:
        """Settings from what was asked for, else the environment, the settings file, the defaults.

        Raises UserError for a value out of range, BadSettings for a file that cannot be used.
        """
        asked = {"index": index, "top_k": top_k, "threshold": threshold, "encoder": encoder, "reader": reader}
        named = {"index": os.environ.get(INDEX_VARIABLE) or None}
        merged: dict[str, Any] = read_file()
        for layer in (named, asked):
            merged.update({k: v for k, v in layer.items() if v is not None})
        merged["index"] = Path(merged["index"]) if "index" in merged else default_index()
        return cls(**merged)


def read_file() -> dict[str, Any]:
    """What the settings file says; nothing when there is none. Raises BadSettings."""
    named = os.environ.get(FILE_VARIABLE)
    path = Path(named) if named else _user_file()
    if not named and not path.is_file():
        return {}
    try:
        values = _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(path, os_reason(error)) from error
    except ValueError as error:  # no UTF-8, no TOML
        raise BadSettings(path, str(error)) from error
    for key, value in values.items():
        if key not in KEYS:
            raise BadSettings(path, say("settings_key", name=key, known=", ".join(KEYS)))
        if not isinstance(value, KEYS[key]) or isinstance(value, bool):
            raise BadSettings(path, say("settings_value", name=key, value=value))
    return values


def _parse(text: str) -> dict[str, Any]:
    import tomlkit

    return dict(tomlkit.parse(text).unwrap())


def _user_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path(_NAME, appauthor=False) / FILE


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise UserError unless ``low <= value <= high``."""
    if not low <= value <= high:
        raise UserError("option_range", name=name, value=value, low=low, high=high)


def default_index() -> Path:
    """A folder in the user's data directory."""
    from platformdirs import user_data_path

    return user_data_path(_NAME, appauthor=False) / "index"
