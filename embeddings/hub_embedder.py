"""Any sentence-transformers model, by name or folder. Imports torch: never on the default ask path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from embeddings.background import ORDINARY, mean_vector
from embeddings.embedder import no_vectors
from embeddings.errors import ModelUnavailable
from embeddings.types import EmbeddingSpec, Vectors

# The names under which model authors keep their prefixes.
_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("passage", "document")


class HubEmbedder:
    """Embedder over ``SentenceTransformer(name)`` with the prefixes (prompts) the model itself states."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:  # hub, disk and config errors come in many types
            raise ModelUnavailable(_explain(name, error)) from error
        prompts = {k: v for k, v in (self._model.prompts or {}).items() if v}
        dimension = self._model.get_embedding_dimension()
        self.spec = EmbeddingSpec(
            model=name,
            revision="local" if Path(name).exists() else "main",
            dimension=int(dimension or 0),
            query_prefix=_first(prompts, _QUERY_PROMPTS),
            passage_prefix=_first(prompts, _PASSAGE_PROMPTS),
        )

    @cached_property
    def background(self) -> Vectors:
        """The mean vector of unremarkable sentences."""
        return mean_vector(self.embed_passages(ORDINARY))

    def count_tokens(self, text: str) -> int:
        """Tokens of the text alone."""
        return len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.spec.passage_prefix + t for t in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.spec.query_prefix + t for t in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return no_vectors(self.spec.dimension)
        # prompt="" : the prefix is already in front, a default prompt must not come on top.
        vectors = self._model.encode(
            list(texts), prompt="", normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def _first(prompts: dict[str, str], names: Sequence[str]) -> str:
    return next((prompts[n] for n in names if n in prompts), "")


def _explain(name: str, error: Exception) -> str:
    if Path(name).exists():
        return f"{name}: {str(error).splitlines()[0]}"
    offline = " (HF_HUB_OFFLINE is set)" if os.environ.get("HF_HUB_OFFLINE") else ""
    return f"{name}: could not be fetched{offline}; the default encoder works offline"
