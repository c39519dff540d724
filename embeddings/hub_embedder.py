"""Any sentence-transformers model, by name or folder. Imports torch: never on the default ask path."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from embeddings.background import ORDINARY, mean_vector
from embeddings.embedder import no_vectors
from embeddings.hub import prepare, unavailable
from embeddings.types import EmbeddingSpec, Vectors

# The names under which model authors keep their prefixes.
_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("passage", "document")


class HubEmbedder:
    """Embedder over ``SentenceTransformer(name)`` with the prefixes (prompts) the model itself states."""

    def __init__(self, name: str) -> None:
        prepare(name)
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:  # hub, disk and config errors come in many types
            raise unavailable(name, error) from error
        # transformers keeps truncation in the tokenizer: two threads at once are an error.
        self._encoding = threading.Lock()
        prompts = {k: v for k, v in (self._model.prompts or {}).items() if v}
        dimension = self._model.get_embedding_dimension()
        self.spec = EmbeddingSpec(
            model=Path(name).name if Path(name).exists() else name,
            revision=_fingerprint(Path(name)) if Path(name).exists() else "main",
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
        with self._encoding:
            return len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.spec.passage_prefix + t for t in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.spec.query_prefix + t for t in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return no_vectors(self.spec.dimension)
        # prompt="" : the prefix is already in front, a default prompt must not come on top.
        with self._encoding:
            vectors = self._model.encode(
                list(texts),
                prompt="",
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)


def _fingerprint(folder: Path) -> str:
    """What a folder's weights and settings are, wherever it lies: other weights make other vectors."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".bin", ".json")):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


def _first(prompts: dict[str, str], names: Sequence[str]) -> str:
    return next((prompts[n] for n in names if n in prompts), "")
